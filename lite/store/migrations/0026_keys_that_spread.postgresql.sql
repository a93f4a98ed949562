-- The unique keys of a table that lies with a person or a phone hold the column that it is
-- distributed by (docs/scale.md). What was unique stays so: the first column of each key is random,
-- or made of its row's own person or phone. The release before this one names none of these keys in
-- an `on conflict`, so it goes on during a rolling restart; those that it names are left.

alter table requests drop constraint requests_pkey, add primary key (reference, phone);
alter table requests drop constraint requests_once_key, add unique (once, phone);
alter table letters drop constraint letters_pkey, add primary key (id, address);
alter table attempts drop constraint attempts_pkey, add primary key (letter, number, address);
alter table card_codes drop constraint card_codes_pkey, add primary key (card, number, of_person);
alter table changes drop constraint changes_pkey, add primary key (id, person);
alter table enrolments drop constraint enrolments_pkey, add primary key (id, person);
alter table mandates drop constraint mandates_pkey, add primary key (id, phone);
