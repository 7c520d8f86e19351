-- See the script of the same name for PostgreSQL. The triggers here pass over a resource that is none of theirs.
ALTER TABLE task ADD COLUMN granted TEXT;
