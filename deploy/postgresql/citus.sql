-- A store that is spread over several machines with Citus, on the day: docs/scale.md says what else
-- that takes. Everything is stopped and `lite migrate` has run; then, on the coordinator,
--     psql -1 -v ON_ERROR_STOP=1 -f citus.sql lite
-- Not tried with Citus: the tests run it with stand-ins that refuse what its rules refuse.

-- Rows of before their column was written.
update attempts set address = letters.address from letters
    where letters.id = attempts.letter and attempts.address = '';
update card_codes set of_person = cards.person from cards
    where cards.card = card_codes.card and card_codes.of_person = '';

-- Keys that statements of this release name: theirs are the last to widen.
alter table cards drop constraint cards_pkey;
alter table cards add primary key (card, person);
alter table reports drop constraint reports_pkey;
alter table reports add primary key (message_id, status, reason, address);
alter table records drop constraint versions_pkey;
alter table records add primary key (fund, kind, key, born, person);
alter table moves drop constraint moves_pkey;
alter table moves add primary key (fund, generation, kind, key, person);

-- Small, and joined with every person's rows.
select create_reference_table('funds');
select create_reference_table('batches');
select create_reference_table('doubts');

-- By person.
select create_distributed_table('people', 'person');
select create_distributed_table('records', 'person');
select create_distributed_table('moves', 'person');
select create_distributed_table('cards', 'person');
select create_distributed_table('card_codes', 'of_person');
select create_distributed_table('consents', 'person');
select create_distributed_table('enrolments', 'person');
select create_distributed_table('changes', 'person');
select create_distributed_table('told', 'person');
select create_distributed_table('news_wanted', 'person');
select create_distributed_table('news_said', 'person');
select create_distributed_table('box_people', 'person');

-- By phone; a letter to a fund lies with its person.
select create_distributed_table('phones', 'phone');
select create_distributed_table('lost_phones', 'phone');
select create_distributed_table('sim_changes', 'phone');
select create_distributed_table('mandates', 'phone');
select create_distributed_table('callers', 'phone');
select create_distributed_table('talks', 'phone');
select create_distributed_table('contacts', 'phone');
select create_distributed_table('requests', 'phone');
select create_distributed_table('letters', 'address');
select create_distributed_table('attempts', 'address');
select create_distributed_table('reports', 'address');
select create_distributed_table('codes', 'subject');
select create_distributed_table('failures', 'subject');

-- By a name of their own.
select create_distributed_table('person_keys', 'key');
select create_distributed_table('set_aside', 'key');
select create_distributed_table('documents', 'reference');
select create_distributed_table('box_requests', 'reference');
select create_distributed_table('inbox', 'id');
select create_distributed_table('sim_checks', 'id');
select create_distributed_table('reports_of_fraud', 'once');
select create_distributed_table('turns', 'turn');
select create_distributed_table('session_ends', 'session');
select create_distributed_table('web_sessions', 'hash');
select create_distributed_table('kept_forms', 'hash');

-- All others stay on the coordinator.
