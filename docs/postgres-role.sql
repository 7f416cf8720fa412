-- The role with which Lockstep asks a PostgreSQL database, version 12 or later. Run it once in that database, as a
-- superuser or as the owner of what is to be read; then give the role a password with `\password lockstep` in psql.
-- Lockstep looks at each connection what its role may do, and serves no database whose role could do more than read.

-- Four calls run at a time, each on a connection; ending one that takes too long needs a further one for a moment.
CREATE ROLE lockstep LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 8;

-- Lockstep sets these for each call, too; here they hold for whoever else learns the password.
ALTER ROLE lockstep SET default_transaction_read_only = on;
ALTER ROLE lockstep SET statement_timeout = '30s';
ALTER ROLE lockstep SET lock_timeout = '500ms';
ALTER ROLE lockstep SET idle_in_transaction_session_timeout = '10s';
ALTER ROLE lockstep SET search_path = public, pg_temp;

-- Sorts and joins of one connection may fill so much disk. Only a superuser may say so; others go without.
DO $$
BEGIN
    ALTER ROLE lockstep SET temp_file_limit = '1GB';
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'temp_file_limit is left as it is: only a superuser may set it';
END
$$;

-- What may be read: repeat these three for each further schema. The last one counts for tables to come, made by the role
-- that runs it.
GRANT USAGE ON SCHEMA public TO lockstep;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO lockstep;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO lockstep;

-- To mask a column, take the table back and grant its other columns; name the column in Lockstep's configuration as well,
-- so that a grant made later by mistake is noticed:
--
--   REVOKE SELECT ON customers FROM lockstep;
--   GRANT SELECT (id, name, city) ON customers TO lockstep;
--
-- A view and a SECURITY DEFINER function show what their owner may read: grant those that show a masked column to nobody.
--
-- Every role may create temporary tables, and before version 15 tables in `public`. A transaction that can only read
-- refuses both; whoever wants to forbid them to everybody runs:
--
--   REVOKE TEMPORARY ON DATABASE … FROM PUBLIC;
--   REVOKE CREATE ON SCHEMA public FROM PUBLIC;
