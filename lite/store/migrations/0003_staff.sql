-- Staff, the audit log, and numbers deposited in person. `phone` and `person` hold blind indexes.

create table staff (
    name text primary key, role text not null, password text not null, sealed text not null,
    step integer not null default 0, created_at text not null, disabled_at text
);
create table staff_sessions (
    hash text primary key, name text not null, person text not null default '',
    reason text not null default '', shown integer not null default 0,
    created_at text not null, seen_at text not null
);
create index staff_sessions_name on staff_sessions (name);
create table staff_links (
    hash text primary key, name text not null, expires_at text not null, used_at text
);

-- Only ever added to. Each mac covers the row and the mac before it.
create table audit (
    seq integer primary key, at text not null, who text not null, act text not null,
    person text not null, detail text not null, mac text not null
);
create index audit_person on audit (person, seq);

-- A number deposited in person waits for its activation code, which comes from that number.
create table enrolments (
    id text primary key, phone text not null, person text not null, hash text not null,
    sealed text not null, who text not null, created_at text not null, expires_at text not null,
    used_at text, ended_at text
);
create index enrolments_phone on enrolments (phone);
create index enrolments_person on enrolments (person);
create table consents (
    person text not null, phone text not null, version text not null, language text not null,
    who text not null, at text not null,
    primary key (person, phone, at)
);
create table lost_phones (
    phone text not null, person text not null, at text not null,
    primary key (phone, person)
);
create index lost_phones_person on lost_phones (person);
create table sim_changes (phone text not null, at text not null, primary key (phone, at));
create table heard_phones (phone text primary key, heard_at text not null, doubted_at text);
