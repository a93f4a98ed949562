-- A form of the web that was sent too late: what was typed, sealed, until its person is back. `hash`
-- is of the cookie of the browser that sent it. A session of level 0 is over; it stays for a day, so
-- that a form of its pages can still be told from a forged one.

create table kept_forms (
    hash text primary key, person text not null, sealed text not null, expires_at text not null
);
create index kept_forms_person on kept_forms (person);
