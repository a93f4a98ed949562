-- Rows that could only be found through another table's say themselves whose they are, so that they
-- can lie with their person or phone in a store of several machines (docs/scale.md). Those of before
-- are empty: they are filled in on the day when a store is spread, not while callers wait.
-- (`of_person`: the release before this one asks for `person` where it joins these codes with cards.)

alter table attempts add column address text not null default '';
alter table card_codes add column of_person text not null default '';
