-- The plus keeps a planner without statistics from walking through everything that a fund tells:
-- a reader asks for one person, or one family.

drop view current_records;
create view current_records as
    select r.fund, r.kind, r.key, r.born, r.person, r.fingerprint, r.family, r.role, r.sealed,
        coalesce(
            (select b.as_of from batches b where b.fund = r.fund and b.generation = r.born),
            f.as_of, ''
        ) as as_of
    from records r join funds f on f.fund = r.fund
    where +r.born <= f.generation and (r.died is null or +r.died > f.generation);
drop index records_family;
create index records_family on records (family, fund) where family is not null;
