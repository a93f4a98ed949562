-- Boxes: the same program in a town hall, fed by a stick. At the centre: which boxes there are
-- (`public`: their keys; `sequence`: of the last batch written for them), who agreed to be served
-- there, and what was asked there. `refused`: why a request from a box was not taken.

create table boxes (
    name text primary key, public text not null, days integer not null,
    sequence integer not null default 0, added_at text not null, written_at text, read_at text
);
create table box_people (
    box text not null, person text not null, version text not null, language text not null,
    who text not null, at text not null,
    primary key (box, person)
);
create index box_people_person on box_people (person);
create table box_requests (
    box text not null, reference text not null, fund text not null, refused text not null,
    taken_at text not null,
    primary key (box, reference)
);
create index box_requests_reference on box_requests (reference);

-- On a box: until when what a stick told may be kept, and since when it is erased.
alter table funds add column expires_at text;
alter table funds add column expired_at text;
