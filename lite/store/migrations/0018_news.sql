-- Who asked to be told by SMS, on which phone, of what: `wants` is words with a space between. No row
-- is no consent. `sealed` holds the number; `looked_on` is the day of the last look at the person's
-- rights, in Casablanca.
create table news_wanted (
    phone text not null, person text not null, wants text not null, language text not null,
    sealed text not null, asked_at text not null, looked_on text not null default '',
    primary key (phone, person)
);
create index news_wanted_person on news_wanted (person);
create index news_wanted_looked on news_wanted (looked_on, person);

-- The ends of rights that a person was told of, once each: `what` is a keyed hash.
create table news_said (
    person text not null, what text not null, at text not null,
    primary key (person, what)
);
