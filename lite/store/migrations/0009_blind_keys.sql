-- The key of a record is a blind index from now on: it was the number of a person or of a dossier.
-- What was kept under its number is told again by the fund, whole, at the next pull.

delete from records;
update funds set cursor = null;
