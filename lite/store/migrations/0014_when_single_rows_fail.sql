-- A live source with a row that it can never show: all else is known as of its last full pull.
-- What that pull did not name stays as old as it was.

create table doubts (
    fund text not null, kind text not null, key text not null, as_of text not null,
    primary key (fund, kind, key)
);
drop view current_records;
create view current_records as
    select r.fund, r.kind, r.key, r.born, r.person, r.fingerprint, r.family, r.role, r.sealed,
        coalesce(
            (select d.as_of from doubts d
             where d.fund = r.fund and d.kind = r.kind and d.key = r.key),
            (select b.as_of from batches b where b.fund = r.fund and b.generation = r.born),
            f.as_of, ''
        ) as as_of
    from records r join funds f on f.fund = r.fund
    where +r.born <= f.generation and (r.died is null or +r.died > f.generation);
