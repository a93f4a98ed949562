-- Changes that wait 72 hours, and helpers with a mandate. `phone` and `person` hold blind indexes,
-- `replaces` that of a phone which stops when the deposited one is activated.

create table changes (
    id text primary key, kind text not null, person text not null, state text not null,
    reason text not null, language text not null, sealed text not null,
    asked_at text not null, due_at text not null, ended_at text
);
create unique index changes_waiting on changes (person, kind) where state = 'waiting';
create index changes_due on changes (state, due_at);
create index changes_person on changes (person);
create table mandates (
    id text primary key, phone text not null, person text not null, scope text not null,
    sealed text not null, begins_at text not null, ends_at text not null, used text not null
    default '', told_at text, ended_at text
);
create index mandates_phone on mandates (phone);
create index mandates_person on mandates (person);
alter table enrolments add column replaces text not null default '';
