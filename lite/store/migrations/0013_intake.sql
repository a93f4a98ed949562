-- Versions: a pull is staged under the next generation of its source, and seen all at once when
-- the source's row in `funds` says so. A row is told from generation `born` on, until `died`.
-- What readers see are the views `current_…`.

alter table funds add column generation integer not null default 0;
alter table funds add column row_count integer;
alter table funds add column bad_count integer not null default 0;
alter table funds add column full_at text;

create table batches (
    fund text not null, generation integer not null, batch text not null, as_of text not null,
    at text not null, row_count integer not null, bad_count integer not null,
    primary key (fund, generation)
);

-- Of a fund that was never whole, what is kept is as old as the oldest of it.
insert into batches (fund, generation, batch, as_of, at, row_count, bad_count)
    select r.fund, 0, '', min(r.as_of), '', count(*), 0
    from records r join funds f on f.fund = r.fund where f.as_of is null group by r.fund;

create table versions (
    fund text not null, kind text not null, key text not null, born integer not null default 0,
    died integer, person text not null, fingerprint text not null,
    family text, role text, sealed text not null,
    primary key (fund, kind, key, born)
);
insert into versions (fund, kind, key, person, fingerprint, family, role, sealed)
    select r.fund, r.kind, r.key, r.person, r.fingerprint, f.family, f.role, r.sealed
    from records r left join families f
        on f.fund = r.fund and f.person = r.person and r.kind = 'insured';
drop table records;
drop table families;
alter table versions rename to records;
create index records_person on records (person, kind);
create index records_born on records (fund, born);
create index records_died on records (fund, died) where died is not null;
create index records_family on records (fund, family) where family is not null;
create view current_records as
    select r.fund, r.kind, r.key, r.born, r.person, r.fingerprint, r.family, r.role, r.sealed,
        coalesce(
            (select b.as_of from batches b where b.fund = r.fund and b.generation = r.born),
            f.as_of, ''
        ) as as_of
    from records r join funds f on f.fund = r.fund
    where r.born <= f.generation and (r.died is null or r.died > f.generation);

-- A phone may be deposited at several funds, and at a counter (of no generation).
create table deposits (
    phone text not null, person text not null, fund text not null,
    born integer not null default 0, died integer, heard_at text not null default '',
    primary key (phone, person, fund)
);
insert into deposits (phone, person, fund, heard_at)
    select phone, person, fund, heard_at from phones;
drop table phones;
alter table deposits rename to phones;
create index phones_person on phones (person);
create index phones_born on phones (fund, born);
create index phones_died on phones (fund, died) where died is not null;
create view current_phones as
    select p.phone, p.person, p.fund, p.heard_at
    from phones p left join funds f on f.fund = p.fund
    where (p.born = 0 or p.born <= f.generation) and (p.died is null or p.died > f.generation);

-- Rows that came before the person they are of.
create table set_aside (
    fund text not null, key text not null, kind text not null, owner text not null,
    fingerprint text not null, sealed text not null,
    primary key (fund, key)
);

-- What changed for whom: news to tell.
create table moves (
    fund text not null, generation integer not null, kind text not null, key text not null,
    person text not null, before text not null, after text not null, at text not null,
    primary key (fund, generation, kind, key)
);
create index moves_person on moves (person);
create index moves_at on moves (at);
create view current_moves as
    select m.fund, m.generation, m.kind, m.key, m.person, m.before, m.after, m.at
    from moves m join funds f on f.fund = m.fund where m.generation <= f.generation;

-- Who works at something that one process alone may do.
create table leases (name text primary key, holder text not null, expires_at text not null);
