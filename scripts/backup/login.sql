-- Makes the log-in that backs up (docs/operations.md): it copies the server and sees how the archive gets on, and reads no table by SQL.
-- For psql 14 or later, as an administrator of the server. May be run again: it then sets the password anew.
-- The password is taken from the environment: BACKUP_PASSWORD. Another name than this: psql -v backup=...
\set ON_ERROR_STOP on
\if :{?backup} \else \set backup agent_management_backup \endif
\getenv backup_password BACKUP_PASSWORD

SELECT format('CREATE ROLE %I', :'backup') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'backup') \gexec
ALTER ROLE :"backup" LOGIN REPLICATION NOCREATEDB NOCREATEROLE PASSWORD :'backup_password';
GRANT pg_monitor TO :"backup";
