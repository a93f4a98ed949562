-- Columns named `phone`, `key`, `person` and `subject` hold blind indexes, never the value itself.
-- `sealed` columns hold encrypted JSON. Times are ISO-8601 UTC text of fixed width: they sort.

create table facts (name text primary key, value text not null);

-- What the funds told us.
create table funds (
    fund text primary key, as_of text, fetched_at text, cursor text, batch text,
    state text not null, detail text not null, changed_at text not null
);
create table people (person text primary key, since text not null);
create table person_keys (key text primary key, person text not null);
create index person_keys_person on person_keys (person);
create table phones (
    phone text not null, person text not null, fund text not null,
    primary key (phone, person)
);
create index phones_person on phones (person);
create table families (
    fund text not null, family text not null, person text not null, role text not null,
    primary key (fund, person)
);
create index families_family on families (family);
create table records (
    fund text not null, kind text not null, key text not null, person text not null,
    fingerprint text not null, as_of text not null, batch text not null, sealed text not null,
    primary key (fund, kind, key)
);
create index records_person on records (person, kind);
create table quarantine (
    fund text not null, batch text not null, place text not null, reason text not null,
    at text not null
);

-- Who calls, and what they were doing.
create table callers (
    phone text primary key, language text, quiet integer not null default 0,
    blocked integer not null default 0, changed_at text not null
);
create table talks (
    door text not null, session text not null, phone text not null, state text not null,
    open integer not null, changed_at text not null,
    primary key (door, session, phone)
);
create index talks_open on talks (phone, door, changed_at) where open = 1;
create table turns (
    session text not null, turn text not null, answer text not null, at text not null,
    primary key (session, turn)
);
create table inbox (id text primary key, phone text not null, at text not null);
create index inbox_phone on inbox (phone, at);
create table session_ends (
    session text primary key, status text not null, hops integer, millis integer, at text not null
);

-- What people asked for, and what came of it.
create table requests (
    reference text primary key, once text not null unique, person text, phone text not null,
    kind text not null, language text not null, state text not null, reason text not null,
    asked_at text not null, changed_at text not null, fund text not null, receipt text not null,
    sealed text not null
);
create index requests_person on requests (person, asked_at);
create index requests_phone on requests (phone, asked_at);
create index requests_state on requests (state, fund);
create table documents (
    reference text primary key, kind text not null, issued_on text not null,
    valid_until text not null, revoked_at text, sealed text not null
);

-- Letters: an SMS out, or a request on its way to a fund.
create table letters (
    id text primary key, kind text not null, class text not null, state text not null,
    address text not null, language text not null, sealed text not null, due_at text not null,
    expires_at text, lease_until text, attempts integer not null default 0,
    message_id text, status text not null default '', reason text not null default '',
    segments integer, cost text, created_at text not null, changed_at text not null
);
create index letters_due on letters (state, due_at);
create index letters_message on letters (message_id);
create index letters_address on letters (address, created_at);
create table attempts (
    letter text not null, number integer not null, started_at text not null,
    outcome text not null default 'sending', detail text not null default '',
    primary key (letter, number)
);
create table reports (
    message_id text not null, status text not null, reason text not null, address text not null,
    at text not null, times integer not null default 1,
    primary key (message_id, status, reason)
);
create index reports_address on reports (address, at);

-- Access from the web.
create table codes (
    subject text not null, hash text not null, person text not null, expires_at text not null,
    used_at text, created_at text not null,
    primary key (subject, hash, created_at)
);
create table failures (subject text not null, at text not null);
create index failures_subject on failures (subject, at);
create table web_sessions (
    hash text primary key, person text not null, sealed text not null, level integer not null,
    created_at text not null, seen_at text not null
);

-- Places to go, and stops to know of.
create table agencies (
    id integer primary key, fund text not null, kind text not null, demo integer not null,
    town_fr text not null, town_ar text not null, name_fr text not null, name_ar text not null,
    address_fr text not null, address_ar text not null, hours_fr text not null,
    hours_ar text not null, phone text not null, folded text not null, keypad text not null
);
create index agencies_town on agencies (town_fr);
create index agencies_folded on agencies (folded);
create table notices (
    id text primary key, fund text not null, kind text not null, starts_at text not null,
    ends_at text not null, stops_fr text not null, stops_ar text not null,
    instead_fr text not null, instead_ar text not null, closed_at text, created_at text not null
);
