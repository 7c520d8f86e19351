-- A window in which no tenant's data changes, whichever process would change them (docs/operations.md). In the database, so that
-- it holds for every silo, of this version and of others.
CREATE TABLE maintenance (
    one    boolean     NOT NULL DEFAULT true PRIMARY KEY CHECK (one),
    until  timestamptz NOT NULL,
    reason text        NOT NULL
);

CREATE FUNCTION refuse_in_maintenance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM maintenance WHERE until > now()) THEN
        RAISE EXCEPTION 'writes_are_stopped' USING ERRCODE = 'AM006';
    END IF;
    RETURN NEW;
END;
$$;

-- Every change advances its tenant.
CREATE TRIGGER tenant_is_not_advanced_in_maintenance BEFORE UPDATE OF revision ON tenant
    FOR EACH ROW EXECUTE FUNCTION refuse_in_maintenance();

DO $$
BEGIN
    GRANT SELECT, INSERT, UPDATE, DELETE ON maintenance TO agent_management_service;
EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
    RAISE NOTICE 'The role agent_management_service was given nothing new: this log-in may not. The service runs as the owner.';
END;
$$;
