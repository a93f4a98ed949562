-- Where the audit log begins once its oldest entries were cut: the last of those, and a proof that
-- it was us who cut.

create table audit_anchors (
    seq integer primary key, mac text not null, at text not null, proof text not null
);
