-- Makes the database and its two log-ins: the owner, who applies the schema, and the service, which may not change it.
-- For psql 14 or later, as an administrator of the server. May be run again: it then sets the passwords anew.
-- The passwords are taken from the environment: OWNER_PASSWORD and SERVICE_PASSWORD.
-- Names other than these: psql -v database=... -v owner=... -v service=...
\set ON_ERROR_STOP on
\if :{?database} \else \set database agent_management \endif
\if :{?owner} \else \set owner agent_management_owner \endif
\if :{?service} \else \set service agent_management \endif
\getenv owner_password OWNER_PASSWORD
\getenv service_password SERVICE_PASSWORD

-- The role that the schema gives its permissions to. The schema copes with one that exists, and its owner may not make roles.
DO $$
BEGIN
    CREATE ROLE agent_management_service NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
END;
$$;

SELECT format('CREATE ROLE %I', name) FROM unnest(ARRAY[:'owner', :'service']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE :"owner" LOGIN NOCREATEDB NOCREATEROLE PASSWORD :'owner_password';
ALTER ROLE :"service" LOGIN NOCREATEDB NOCREATEROLE PASSWORD :'service_password';
GRANT agent_management_service TO :"service";

-- Whoever is not a superuser may give a database only to a role that they are a member of.
SELECT format('GRANT %I TO CURRENT_USER', :'owner') FROM pg_roles WHERE rolname = CURRENT_USER AND NOT rolsuper \gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO agent_management_service;
