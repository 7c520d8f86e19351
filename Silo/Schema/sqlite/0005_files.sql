-- See the script of the same name for PostgreSQL. The triggers here stand beside those of the change itself, in any order.
ALTER TABLE tenant ADD COLUMN file_bytes INTEGER NOT NULL DEFAULT 0 CHECK (file_bytes >= 0);

CREATE TABLE file_index (
    tenant_id  TEXT    NOT NULL,
    file_id    TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    media_type TEXT    NOT NULL,
    size       INTEGER NOT NULL,
    blob       TEXT    NOT NULL,
    created_at TEXT    NOT NULL,
    created_by TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, file_id)
) STRICT;

CREATE TABLE file_use (
    tenant_id TEXT    NOT NULL,
    file_id   TEXT    NOT NULL,
    subject   TEXT    NOT NULL,
    version   INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, file_id, subject, version)
) STRICT;
CREATE INDEX file_use_by_version ON file_use (tenant_id, subject, version);

CREATE TRIGGER agent_version_is_gone AFTER DELETE ON agent_version
BEGIN
    DELETE FROM file_use WHERE tenant_id = OLD.tenant_id AND subject = OLD.agent_id AND version = OLD.version;
END;
CREATE TRIGGER template_version_is_gone AFTER DELETE ON template_version
BEGIN
    DELETE FROM file_use WHERE tenant_id = OLD.tenant_id AND subject = 'template/' || OLD.template_id AND version = OLD.version;
END;

CREATE TRIGGER change_write_keeps_files INSTEAD OF INSERT ON change_write WHEN NEW.resource <> 'file'
BEGIN
    SELECT RAISE(ABORT, 'file_gone') FROM json_each(NEW.change, '$.filesFound') AS found
    WHERE NOT EXISTS (SELECT 1 FROM file_index WHERE tenant_id = NEW.change ->> 'tenantId' AND file_id = found.value);
    INSERT INTO file_use (tenant_id, file_id, subject, version)
    SELECT NEW.change ->> 'tenantId', mentioned.value, NEW.change ->> 'agentId', NEW.change ->> 'version'
    FROM json_each(NEW.change, '$.files') AS mentioned;
END;

CREATE TRIGGER change_write_keeps_file INSTEAD OF INSERT ON change_write WHEN NEW.resource = 'file'
BEGIN
    INSERT INTO tenant (tenant_id, revision, agents, active_agents, creates_on, creates)
    VALUES (NEW.change ->> 'tenantId', 0, 0, 0, date(NEW.change ->> 'at'), 0)
    ON CONFLICT DO NOTHING;
    UPDATE tenant SET file_bytes = file_bytes + (NEW.change ->> '$.delta.fileBytes') WHERE tenant_id = NEW.change ->> 'tenantId';
    SELECT RAISE(ABORT, 'quota_exceeded:fileBytes') FROM tenant
    WHERE tenant_id = NEW.change ->> 'tenantId' AND NEW.change ->> '$.delta.fileBytes' > 0
      AND file_bytes > NEW.change ->> '$.bounds.fileBytes';

    INSERT INTO file_index (tenant_id, file_id, name, media_type, size, blob, created_at, created_by)
    SELECT NEW.change ->> 'tenantId', substr(NEW.change ->> 'agentId', length('file/') + 1), NEW.document ->> 'name',
           NEW.document ->> 'mediaType', NEW.document ->> 'size', NEW.document ->> 'blob',
           strftime('%Y-%m-%dT%H:%M:%fZ', NEW.document ->> 'createdAt'), NEW.document ->> 'createdBy'
    WHERE NEW.document IS NOT NULL;

    SELECT RAISE(ABORT, 'file_in_use') FROM file_use
    WHERE NEW.document IS NULL AND tenant_id = NEW.change ->> 'tenantId'
      AND file_id = substr(NEW.change ->> 'agentId', length('file/') + 1);
    DELETE FROM file_index
    WHERE NEW.document IS NULL AND tenant_id = NEW.change ->> 'tenantId'
      AND file_id = substr(NEW.change ->> 'agentId', length('file/') + 1);
END;
