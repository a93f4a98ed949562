-- Contacts made by us, to be checked by who was contacted; and fakes that people report.
-- `phone` holds a blind index, empty for a passer-by; `sealed` a first name, or a number told.

create table contacts (
    phone text not null, reference text not null, about text not null, sealed text not null,
    at text not null, expires_at text not null,
    primary key (phone, reference)
);
create index contacts_expiry on contacts (expires_at);
create table reports_of_fraud (
    once text primary key, phone text not null, kind text not null, sealed text not null,
    at text not null
);
create index reports_of_fraud_at on reports_of_fraud (at);
