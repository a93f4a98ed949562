-- When a phone last spoke for each of its people: a number that was silent for a year may have been
-- given to somebody else, and whoever else has it now does not wake up those before them.

alter table phones add column heard_at text not null default '';
update phones set heard_at = (
    select max(at) from (
        select since as at from people where people.person = phones.person
        union all select heard_at from heard_phones where heard_phones.phone = phones.phone
        union all select changed_at from callers where callers.phone = phones.phone
        union all select changed_at from talks where talks.phone = phones.phone
        union all select at from inbox where inbox.phone = phones.phone
        union all select used_at from enrolments where enrolments.phone = phones.phone
    ) as signs
);
drop table heard_phones;
-- What was declared lost and told again by a fund.
delete from phones where exists (
    select 1 from lost_phones l where l.phone = phones.phone and l.person = phones.person
);
