-- The log as a chain that can be checked, and attempts that were refused (docs/audit.md, docs/adr/0009).
ALTER TABLE tenant ADD COLUMN head_hash text NOT NULL DEFAULT '';
ALTER TABLE change_log
    ADD COLUMN address       text,
    ADD COLUMN document_hash text,
    ADD COLUMN hash          text;
ALTER TABLE task ADD COLUMN address text;

-- SHA-256 of fields that are each written as its length in bytes and its text, so that no two lists are written alike.
CREATE FUNCTION change_hash(VARIADIC fields text[]) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    v_field text;
    v_text  text := '';
BEGIN
    FOREACH v_field IN ARRAY fields LOOP
        v_text := v_text || COALESCE(octet_length(convert_to(v_field, 'UTF8')) || ':' || v_field, '-') || ';';
    END LOOP;
    RETURN encode(sha256(convert_to(v_text, 'UTF8')), 'hex');
END;
$$;

-- What is there is chained as it is now.
UPDATE change_log AS log SET document_hash = encode(sha256(convert_to(kept.document::text, 'UTF8')), 'hex')
FROM agent_version AS kept
WHERE kept.tenant_id = log.tenant_id AND kept.agent_id = log.agent_id AND kept.version = log.agent_version;
UPDATE change_log AS log SET document_hash = encode(sha256(convert_to(kept.document::text, 'UTF8')), 'hex')
FROM template_version AS kept
WHERE kept.tenant_id = log.tenant_id AND log.agent_id = 'template/' || kept.template_id AND kept.version = log.agent_version;

WITH RECURSIVE chain AS (
    SELECT tenant_id, 0::bigint AS revision, ''::text AS hash FROM tenant
    UNION ALL
    SELECT log.tenant_id, log.revision, change_hash(
        '1', chain.hash, log.tenant_id, log.revision::text, log.event_id, log.kind, log.agent_id, log.agent_name,
        log.agent_version::text, log.status,
        to_char(log.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), log.actor, log.role, NULL, log.correlation_id, log.note,
        log.details::text, log.document_hash)
    FROM chain JOIN change_log AS log ON log.tenant_id = chain.tenant_id AND log.revision = chain.revision + 1
)
UPDATE change_log AS log SET hash = chain.hash FROM chain
WHERE chain.tenant_id = log.tenant_id AND chain.revision = log.revision;
UPDATE tenant SET head_hash = log.hash FROM change_log AS log
WHERE log.tenant_id = tenant.tenant_id AND log.revision = tenant.revision;

-- So that a write of the functions before, in progress while these take their place, fails instead of leaving a gap.
ALTER TABLE change_log ALTER COLUMN hash SET NOT NULL;

-- Nobody changes the log, its owner included, and not even where replication has triggers rest.
CREATE FUNCTION refuse_change_of_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'change_log is insert-only' USING ERRCODE = 'AM005';
END;
$$;
CREATE TRIGGER change_log_is_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON change_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_log();
ALTER TABLE change_log ENABLE ALWAYS TRIGGER change_log_is_not_changed;

DROP FUNCTION advance_tenant(json);

-- The tenant's next revision, and the hash of the change, of which the fields after the revision are given. Whatever the grains believed, a counter never passes its bound.
CREATE FUNCTION advance_tenant(change json, fields text[], OUT v_revision bigint, OUT v_hash text)
LANGUAGE plpgsql AS $$
DECLARE
    -- Names are prefixed so that none is taken for a column.
    v_today  date := ((change->>'at')::timestamptz AT TIME ZONE 'UTC')::date;
    v_delta  json := change->'delta';
    v_bounds json := change->'bounds';
    v_tenant tenant%ROWTYPE;
BEGIN
    INSERT INTO tenant (tenant_id, revision, agents, active_agents, creates_on, creates)
    VALUES (change->>'tenantId', 0, 0, 0, v_today, 0)
    ON CONFLICT DO NOTHING;
    UPDATE tenant SET
        revision = revision + 1,
        head_hash = change_hash(VARIADIC ARRAY['1', head_hash, tenant_id, (revision + 1)::text] || fields),
        agents = agents + (v_delta->>'agents')::integer,
        active_agents = active_agents + (v_delta->>'activeAgents')::integer,
        templates = templates + COALESCE((v_delta->>'templates')::integer, 0),
        creates = CASE WHEN v_today > creates_on THEN 0 ELSE creates END + (v_delta->>'creates')::integer,
        creates_on = GREATEST(creates_on, v_today)
    WHERE tenant_id = change->>'tenantId'
    RETURNING * INTO v_tenant;

    IF (v_delta->>'agents')::integer > 0 AND v_tenant.agents > (v_bounds->>'agents')::integer THEN
        RAISE EXCEPTION 'quota_exceeded:agents' USING ERRCODE = 'AM001';
    END IF;
    IF (v_delta->>'activeAgents')::integer > 0 AND v_tenant.active_agents > (v_bounds->>'activeAgents')::integer THEN
        RAISE EXCEPTION 'quota_exceeded:activeAgents' USING ERRCODE = 'AM001';
    END IF;
    IF (v_delta->>'creates')::integer > 0 AND v_tenant.creates > (v_bounds->>'creates')::integer THEN
        RAISE EXCEPTION 'quota_exceeded:creates' USING ERRCODE = 'AM001';
    END IF;
    IF (v_delta->>'templates')::integer > 0 AND v_tenant.templates > (v_bounds->>'templates')::integer THEN
        RAISE EXCEPTION 'quota_exceeded:templates' USING ERRCODE = 'AM001';
    END IF;
    v_revision := v_tenant.revision;
    v_hash := v_tenant.head_hash;
END;
$$;

CREATE OR REPLACE FUNCTION append_change(change json, state json) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_resource      text := COALESCE(change->>'resource', 'agent');
    v_document      json := CASE WHEN json_typeof(state->v_resource) = 'object' THEN state->v_resource END;
    v_document_hash text := encode(sha256(convert_to(v_document::text, 'UTF8')), 'hex');
    v_parts         record;
    v_details       json;
    v_place         record;
BEGIN
    -- All at once: each of them by itself would read through the whole text.
    SELECT * INTO v_parts FROM json_to_record(change) AS parts(
        "tenantId" text, "eventId" text, kind text, "agentId" text, "agentName" text, version integer, status text, at timestamptz,
        actor text, role text, address text, "correlationId" text, note text, details json, "idempotencyKey" text);
    v_details := CASE WHEN json_typeof(v_parts.details) = 'object' THEN v_parts.details END;
    v_place := advance_tenant(change, ARRAY[
        v_parts."eventId", v_parts.kind, v_parts."agentId", v_parts."agentName", v_parts.version::text, v_parts.status,
        to_char(v_parts.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), v_parts.actor, v_parts.role, v_parts.address,
        v_parts."correlationId", v_parts.note, v_details::text, v_document_hash]);
    INSERT INTO change_log (tenant_id, revision, event_id, kind, agent_id, agent_name, agent_version, status, at,
                            actor, role, address, correlation_id, note, details, document_hash, hash)
    VALUES (v_parts."tenantId", v_place.v_revision, v_parts."eventId", v_parts.kind, v_parts."agentId", v_parts."agentName",
            v_parts.version, v_parts.status, v_parts.at, v_parts.actor, v_parts.role, v_parts.address,
            v_parts."correlationId", v_parts.note, v_details, v_document_hash, v_place.v_hash);
    IF v_parts."idempotencyKey" IS NOT NULL THEN
        PERFORM keep_answer(change, v_document);
    END IF;
    CASE v_resource
        WHEN 'agent' THEN PERFORM keep_agent(change, v_document);
        WHEN 'template' THEN PERFORM keep_template(change, v_document);
        WHEN 'tenant' THEN UPDATE tenant SET settings = v_document WHERE tenant_id = v_parts."tenantId";
        WHEN 'file' THEN PERFORM keep_file(change, v_document);
        -- In the grain's state alone: what an API key may is in the row's note, its hash is in no other table.
        WHEN 'api-key' THEN NULL;
    END CASE;
    PERFORM keep_files(change);
END;
$$;

-- How far each tenant's chain was found whole, and what it had there.
CREATE TABLE audit_check (
    tenant_id  text        NOT NULL PRIMARY KEY,
    revision   bigint      NOT NULL CHECK (revision >= 0),
    hash       text        NOT NULL,
    checked_at timestamptz NOT NULL
);

-- Attempts that were refused. The id rises with the time; the tenant is null where none is known.
CREATE TABLE refusal (
    refusal_id     text COLLATE "C" NOT NULL PRIMARY KEY,
    tenant_id      text,
    at             timestamptz NOT NULL,
    status         integer     NOT NULL,
    code           text        NOT NULL,
    operation      text        NOT NULL,
    subject        text,
    role           text,
    address        text,
    correlation_id text,
    count          bigint      NOT NULL CHECK (count > 0)
);
CREATE INDEX refusal_of_tenant ON refusal (tenant_id, refusal_id);
CREATE INDEX refusal_by_age ON refusal (at);

DO $$
BEGIN
    GRANT SELECT, INSERT, UPDATE ON audit_check TO agent_management_service;
    GRANT SELECT, INSERT, DELETE ON refusal TO agent_management_service;
EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
    RAISE NOTICE 'The role agent_management_service was given nothing new: this log-in may not. The service runs as the owner.';
END;
$$;
