-- The turn that a letter was written in, as the log calls it: a random word, nobody's.
alter table letters add column turn text not null default '';

-- Workers say that they live, and add up what they counted.
create table beats (worker text primary key, started_at text not null, at text not null);
create table tallies (name text primary key, value bigint not null);
