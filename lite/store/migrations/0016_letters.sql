-- `route`: whom a letter is carried to, where a kind knows several (the name of a fund).
alter table letters add column route text not null default '';
update letters set route = coalesce(
    (select fund from requests where requests.reference = substr(letters.id, 9)), ''
) where kind = 'fund';

-- What waits is found by its hour, however much was sent before; each person's order is asked of
-- what has not left; what may expire is found by its end.
create index letters_waiting on letters (kind, due_at, id) where state = 'waiting';
create index letters_routed on letters (kind, route, due_at, id)
    where state = 'waiting' and route <> '';
create index letters_order on letters (address, route, created_at, id)
    where kind = 'fund' and state in ('waiting', 'sending', 'unknown');
create index letters_expiring on letters (state, expires_at) where expires_at is not null;

-- The ways letters leave by, shared by every worker: faults in a row, when a way that is shut is
-- tried again, and the first moment that nobody has taken to send at.
create table lanes (
    kind text not null, route text not null, failures integer not null default 0,
    retry_at text not null default '', reason text not null default '',
    free_at text not null default '',
    primary key (kind, route)
);
