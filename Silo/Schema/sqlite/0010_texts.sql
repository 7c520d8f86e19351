-- See the script of the same name for PostgreSQL.
CREATE TABLE text_use (
    tenant_id TEXT    NOT NULL,
    blob      TEXT    NOT NULL,
    agent_id  TEXT    NOT NULL,
    version   INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, agent_id, version, blob)
) STRICT;

CREATE TRIGGER agent_version_has_texts AFTER INSERT ON agent_version WHEN NEW.document -> 'texts' IS NOT NULL
BEGIN
    INSERT INTO text_use (tenant_id, blob, agent_id, version)
    SELECT DISTINCT NEW.tenant_id, kept.value ->> 'blob', NEW.agent_id, NEW.version FROM json_each(NEW.document, '$.texts') AS kept;
END;

CREATE TRIGGER agent_version_needs_no_texts AFTER DELETE ON agent_version WHEN OLD.document -> 'texts' IS NOT NULL
BEGIN
    DELETE FROM text_use WHERE tenant_id = OLD.tenant_id AND agent_id = OLD.agent_id AND version = OLD.version;
END;

ALTER TABLE audit_check ADD COLUMN is_broken INTEGER NOT NULL DEFAULT 0;
ALTER TABLE audit_check ADD COLUMN round_revision INTEGER NOT NULL DEFAULT 0 CHECK (round_revision >= 0);
ALTER TABLE audit_check ADD COLUMN round_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_check ADD COLUMN round_at TEXT;
ALTER TABLE audit_check ADD COLUMN round_is_broken INTEGER NOT NULL DEFAULT 0;

ALTER TABLE task ADD COLUMN queued_at TEXT;
