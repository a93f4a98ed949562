-- Since when a fund holds a request under its own reference.
alter table requests add column held_at text not null default '';
