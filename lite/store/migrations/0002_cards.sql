-- Cards of one-time codes. A code is kept as a keyed hash of its card, its number and itself.

create table cards (
    card text primary key, person text not null, state text not null, issued_at text not null,
    asked integer, unreadable integer not null default 0, reorder_at text, ended_at text
);
create unique index cards_active on cards (person) where state = 'active';
create index cards_person on cards (person, issued_at);
create table card_codes (
    card text not null, number integer not null, hash text not null,
    used_at text, retired_at text,
    primary key (card, number)
);
