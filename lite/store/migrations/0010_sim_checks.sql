-- What was asked of the operators: has the SIM behind this phone (its blind index) been changed?

create table sim_checks (
    id text primary key, phone text not null, asked_at text not null, answered_at text
);
create index sim_checks_phone on sim_checks (phone, asked_at);
