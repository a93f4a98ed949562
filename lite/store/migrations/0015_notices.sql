-- Each version of a notice: `ends_at` is the expected return, `next_at` the hour of the next news,
-- one of the two at least. `services` are keys with spaces between, or `all`; `words` is JSON of
-- both languages, empty for a notice of an earlier release, whose words stand in `notices`.
create table notice_versions (
    notice text not null, version integer not null, at text not null, origin text not null,
    starts_at text not null, ends_at text, next_at text, services text not null,
    words text not null,
    primary key (notice, version)
);
insert into notice_versions
    select id, 1, created_at, 'operator', starts_at, ends_at, null, 'all', '' from notices;
create index notices_closed on notices (closed_at);

-- What somebody was told unasked: one message a day, and each thing once.
create table told (
    person text not null, day text not null, what text not null, at text not null,
    primary key (person, day)
);
create unique index told_once on told (person, what);

-- How each fund answers, looked at by the worker: now, and in spans of time. Between two spans
-- nobody looked.
create table fund_watch (
    fund text primary key, state text not null, against integer not null, since text not null,
    looked_at text not null
);
create table fund_spans (
    fund text not null, begins_at text not null, ends_at text not null, state text not null,
    primary key (fund, begins_at)
);
