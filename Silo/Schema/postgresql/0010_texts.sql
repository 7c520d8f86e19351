-- Large texts of configurations: which kept version needs which bytes of the blob store (docs/files.md).
CREATE TABLE text_use (
    tenant_id text    NOT NULL,
    blob      text    NOT NULL,
    agent_id  text    NOT NULL,
    version   integer NOT NULL,
    PRIMARY KEY (tenant_id, agent_id, version, blob)
);

CREATE FUNCTION note_text_use() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO text_use (tenant_id, blob, agent_id, version)
    SELECT DISTINCT NEW.tenant_id, kept->>'blob', NEW.agent_id, NEW.version FROM json_array_elements(NEW.document->'texts') AS kept;
    RETURN NULL;
END;
$$;
CREATE TRIGGER agent_version_has_texts AFTER INSERT ON agent_version
    FOR EACH ROW WHEN (NEW.document->'texts' IS NOT NULL) EXECUTE FUNCTION note_text_use();

-- Whatever removes a version, its texts may go with it, and never before it.
CREATE FUNCTION forget_text_use() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM text_use WHERE tenant_id = OLD.tenant_id AND agent_id = OLD.agent_id AND version = OLD.version;
    RETURN NULL;
END;
$$;
CREATE TRIGGER agent_version_needs_no_texts AFTER DELETE ON agent_version
    FOR EACH ROW WHEN (OLD.document->'texts' IS NOT NULL) EXECUTE FUNCTION forget_text_use();

-- How far the round over all rows has come in each chain, and what it and the check of new rows found of the chain (docs/audit.md).
ALTER TABLE audit_check
    ADD COLUMN is_broken       boolean NOT NULL DEFAULT false,
    ADD COLUMN round_revision  bigint  NOT NULL DEFAULT 0 CHECK (round_revision >= 0),
    ADD COLUMN round_hash      text    NOT NULL DEFAULT '',
    ADD COLUMN round_at        timestamptz,
    ADD COLUMN round_is_broken boolean NOT NULL DEFAULT false;

-- When a task was queued again; updated_at tells of its last step, so that one which never moves is seen to wait.
ALTER TABLE task ADD COLUMN queued_at timestamptz;

DO $$
BEGIN
    GRANT SELECT, INSERT, DELETE ON text_use TO agent_management_service;
EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
    RAISE NOTICE 'The role agent_management_service was given nothing new: this log-in may not. The service runs as the owner.';
END;
$$;
