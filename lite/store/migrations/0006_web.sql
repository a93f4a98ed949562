-- Signing in by text: a page shows digits, the enrolled phone sends them. `hash` is of the browser's
-- cookie, `number` of the digits; `sealed` holds the digits, then the phone they came from.
-- `asked_by` is of the browser that asked for a code; empty for one asked by a call or a message.

create table pending_pages (
    hash text primary key, number text not null, sealed text not null, person text,
    created_at text not null, expires_at text not null
);
create unique index pending_pages_number on pending_pages (number);
create index pending_pages_created on pending_pages (created_at);
create index pending_pages_person on pending_pages (person);
alter table codes add column asked_by text not null default '';
