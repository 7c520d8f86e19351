-- Files: their records, and which kept version mentions which. The bytes are in the blob store (docs/files.md).
ALTER TABLE tenant ADD COLUMN file_bytes bigint NOT NULL DEFAULT 0 CHECK (file_bytes >= 0);

CREATE TABLE file_index (
    tenant_id  text        NOT NULL,
    file_id    text COLLATE "C" NOT NULL,
    name       text        NOT NULL,
    media_type text        NOT NULL,
    size       bigint      NOT NULL,
    blob       text        NOT NULL,
    created_at timestamptz NOT NULL,
    created_by text        NOT NULL,
    PRIMARY KEY (tenant_id, file_id)
);

-- What a kept version mentions, whether there is such a file or not. The subject is an agent's id or template/{id}.
CREATE TABLE file_use (
    tenant_id text    NOT NULL,
    file_id   text    NOT NULL,
    subject   text    NOT NULL,
    version   integer NOT NULL,
    PRIMARY KEY (tenant_id, file_id, subject, version)
);
CREATE INDEX file_use_by_version ON file_use (tenant_id, subject, version);

-- Whatever removes a version, its mentions go with it, and never before it.
CREATE FUNCTION forget_file_use() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'agent_version' THEN
        DELETE FROM file_use WHERE tenant_id = OLD.tenant_id AND subject = OLD.agent_id AND version = OLD.version;
    ELSE
        DELETE FROM file_use WHERE tenant_id = OLD.tenant_id AND subject = 'template/' || OLD.template_id AND version = OLD.version;
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER agent_version_is_gone AFTER DELETE ON agent_version FOR EACH ROW EXECUTE FUNCTION forget_file_use();
CREATE TRIGGER template_version_is_gone AFTER DELETE ON template_version FOR EACH ROW EXECUTE FUNCTION forget_file_use();

-- The tenant's row is locked by now: of a version that mentions a file and the deletion of that file, one sees the other.
CREATE FUNCTION keep_files(change json) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_tenant_id text := change->>'tenantId';
    v_none      json := '[]';
BEGIN
    IF EXISTS (SELECT FROM json_array_elements_text(COALESCE(change->'filesFound', v_none)) AS found (file_id)
               WHERE NOT EXISTS (SELECT FROM file_index AS there WHERE there.tenant_id = v_tenant_id AND there.file_id = found.file_id)) THEN
        RAISE EXCEPTION 'file_gone' USING ERRCODE = 'AM004';
    END IF;
    INSERT INTO file_use (tenant_id, file_id, subject, version)
    SELECT v_tenant_id, mentioned, change->>'agentId', (change->>'version')::integer
    FROM json_array_elements_text(COALESCE(change->'files', v_none)) AS mentioned;
END;
$$;

CREATE FUNCTION keep_file(change json, file json) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_tenant_id text := change->>'tenantId';
    v_file_id   text := substr(change->>'agentId', length('file/') + 1);
    v_delta     bigint := (change->'delta'->>'fileBytes')::bigint;
    v_bytes     bigint;
BEGIN
    UPDATE tenant SET file_bytes = file_bytes + v_delta WHERE tenant_id = v_tenant_id RETURNING file_bytes INTO v_bytes;
    IF v_delta > 0 AND v_bytes > (change->'bounds'->>'fileBytes')::bigint THEN
        RAISE EXCEPTION 'quota_exceeded:fileBytes' USING ERRCODE = 'AM001';
    END IF;
    IF file IS NOT NULL THEN
        INSERT INTO file_index (tenant_id, file_id, name, media_type, size, blob, created_at, created_by)
        VALUES (v_tenant_id, v_file_id, file->>'name', file->>'mediaType', (file->>'size')::bigint, file->>'blob',
                (file->>'createdAt')::timestamptz, file->>'createdBy');
        RETURN;
    END IF;
    IF EXISTS (SELECT FROM file_use WHERE tenant_id = v_tenant_id AND file_id = v_file_id) THEN
        RAISE EXCEPTION 'file_in_use' USING ERRCODE = 'AM003';
    END IF;
    DELETE FROM file_index WHERE tenant_id = v_tenant_id AND file_id = v_file_id;
END;
$$;

CREATE OR REPLACE FUNCTION append_change(change json, state json) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_resource text := COALESCE(change->>'resource', 'agent');
    v_document json := CASE WHEN json_typeof(state->v_resource) = 'object' THEN state->v_resource END;
    v_revision bigint := advance_tenant(change);
BEGIN
    INSERT INTO change_log (tenant_id, revision, event_id, kind, agent_id, agent_name, agent_version, status, at,
                            actor, role, correlation_id, note, details)
    VALUES (change->>'tenantId', v_revision, change->>'eventId', change->>'kind', change->>'agentId', change->>'agentName',
            (change->>'version')::integer, change->>'status', (change->>'at')::timestamptz,
            change->>'actor', change->>'role', change->>'correlationId', change->>'note',
            CASE WHEN json_typeof(change->'details') = 'object' THEN change->'details' END);
    IF change->>'idempotencyKey' IS NOT NULL THEN
        PERFORM keep_answer(change, v_document);
    END IF;
    CASE v_resource
        WHEN 'agent' THEN PERFORM keep_agent(change, v_document);
        WHEN 'template' THEN PERFORM keep_template(change, v_document);
        WHEN 'tenant' THEN UPDATE tenant SET settings = v_document WHERE tenant_id = change->>'tenantId';
        WHEN 'file' THEN PERFORM keep_file(change, v_document);
    END CASE;
    PERFORM keep_files(change);
END;
$$;

DO $$
BEGIN
    GRANT SELECT, INSERT, DELETE ON file_index, file_use TO agent_management_service;
EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
    RAISE NOTICE 'The role agent_management_service was given nothing new: this log-in may not. The service runs as the owner.';
END;
$$;
