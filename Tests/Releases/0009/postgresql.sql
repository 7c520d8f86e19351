SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE FUNCTION public.advance_tenant(change json, fields text[], OUT v_revision bigint, OUT v_hash text) RETURNS record
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION public.append_change(change json, state json) RETURNS void
    LANGUAGE plpgsql
    AS $$
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
        -- In the grain's state alone: what a key may is in the row's note, its hash is in no other table.
        WHEN 'api-key' THEN NULL;
    END CASE;
    PERFORM keep_files(change);
END;
$$;
CREATE FUNCTION public.change_hash(VARIADIC fields text[]) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
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
CREATE FUNCTION public.forget_file_use() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_TABLE_NAME = 'agent_version' THEN
        DELETE FROM file_use WHERE tenant_id = OLD.tenant_id AND subject = OLD.agent_id AND version = OLD.version;
    ELSE
        DELETE FROM file_use WHERE tenant_id = OLD.tenant_id AND subject = 'template/' || OLD.template_id AND version = OLD.version;
    END IF;
    RETURN NULL;
END;
$$;
CREATE FUNCTION public.keep_agent(change json, agent json) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    v_tenant_id text := change->>'tenantId';
    v_agent_id  text := change->>'agentId';
    v_version   integer := (change->>'version')::integer;
    v_oldest    integer := v_version - (change->>'versionsKept')::integer;
    v_search    json := change->'search';
    v_sizes     json := change->'sizes';
BEGIN
    IF agent IS NULL THEN
        DELETE FROM agent_version WHERE tenant_id = v_tenant_id AND agent_id = v_agent_id;
        DELETE FROM agent_index WHERE tenant_id = v_tenant_id AND agent_id = v_agent_id;
        UPDATE idempotency SET document = NULL WHERE tenant_id = v_tenant_id AND agent_id = v_agent_id;
        RETURN;
    END IF;
    INSERT INTO agent_version (tenant_id, agent_id, version, document) VALUES (v_tenant_id, v_agent_id, v_version, agent);
    -- From near the oldest one on, not from the first: that would walk over all that has been removed before.
    DELETE FROM agent_version
    WHERE tenant_id = v_tenant_id AND agent_id = v_agent_id
      AND version BETWEEN v_oldest - 20 AND v_oldest;
    INSERT INTO agent_index (tenant_id, agent_id, name, name_key, description, type, status, tags, search_text, version,
                             created_at, updated_at, template_id, template_version, tool_keys, handoffs, models, degraded,
                             tools, mcp_servers, collections, instruction_characters)
    VALUES (v_tenant_id, v_agent_id, agent->>'name', v_search->>'name', agent->>'description', agent->>'type',
            agent->>'status', v_search->>'tags', v_search->>'text', v_version,
            (agent->>'createdAt')::timestamptz, (agent->>'updatedAt')::timestamptz,
            agent->'derivation'->>'templateId', (agent->'derivation'->>'version')::integer,
            COALESCE(v_search->>'tools', ''), COALESCE(v_search->>'handoffs', ''), COALESCE(v_search->>'models', ''),
            COALESCE(v_search->>'degraded', ''),
            COALESCE((v_sizes->>'tools')::integer, 0), COALESCE((v_sizes->>'mcpServers')::integer, 0),
            COALESCE((v_sizes->>'collections')::integer, 0), COALESCE((v_sizes->>'instructionCharacters')::integer, 0))
    ON CONFLICT (tenant_id, agent_id) DO UPDATE SET
        name = EXCLUDED.name, name_key = EXCLUDED.name_key, description = EXCLUDED.description, type = EXCLUDED.type,
        status = EXCLUDED.status, tags = EXCLUDED.tags, search_text = EXCLUDED.search_text, version = EXCLUDED.version,
        created_at = EXCLUDED.created_at, updated_at = EXCLUDED.updated_at,
        template_id = EXCLUDED.template_id, template_version = EXCLUDED.template_version, tool_keys = EXCLUDED.tool_keys,
        handoffs = EXCLUDED.handoffs, models = EXCLUDED.models, degraded = EXCLUDED.degraded, tools = EXCLUDED.tools,
        mcp_servers = EXCLUDED.mcp_servers, collections = EXCLUDED.collections,
        instruction_characters = EXCLUDED.instruction_characters;
END;
$$;
CREATE FUNCTION public.keep_answer(change json, document json) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    v_at timestamptz := (change->>'at')::timestamptz;
BEGIN
    DELETE FROM idempotency WHERE tenant_id = change->>'tenantId' AND created_at <= v_at - interval '24 hours';
    INSERT INTO idempotency (tenant_id, idempotency_key, fingerprint, kind, agent_id, document, created_at)
    VALUES (change->>'tenantId', change->>'idempotencyKey', change->>'fingerprint', change->>'kind', change->>'agentId', document, v_at)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'idempotency_conflict' USING ERRCODE = 'AM002';
    END IF;
END;
$$;
CREATE FUNCTION public.keep_file(change json, file json) RETURNS void
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION public.keep_files(change json) RETURNS void
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION public.keep_template(change json, template json) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    v_tenant_id   text := change->>'tenantId';
    v_template_id text := substr(change->>'agentId', length('template/') + 1);
    v_version     integer := (change->>'version')::integer;
BEGIN
    IF template IS NULL THEN
        DELETE FROM template_version WHERE tenant_id = v_tenant_id AND template_id = v_template_id;
        DELETE FROM template_index WHERE tenant_id = v_tenant_id AND template_id = v_template_id;
        UPDATE idempotency SET document = NULL WHERE tenant_id = v_tenant_id AND agent_id = change->>'agentId';
        RETURN;
    END IF;
    INSERT INTO template_version (tenant_id, template_id, version, document) VALUES (v_tenant_id, v_template_id, v_version, template);
    DELETE FROM template_version AS old
    WHERE tenant_id = v_tenant_id AND template_id = v_template_id AND version <= v_version - (change->>'versionsKept')::integer
      AND NOT EXISTS (SELECT FROM agent_index AS derived
                      WHERE derived.tenant_id = v_tenant_id AND derived.template_id = v_template_id
                        AND derived.template_version = old.version);
    INSERT INTO template_index (tenant_id, template_id, name, description, type, version, created_at, updated_at)
    VALUES (v_tenant_id, v_template_id, template->>'name', template->>'description', template->>'type', v_version,
            (template->>'createdAt')::timestamptz, (template->>'updatedAt')::timestamptz)
    ON CONFLICT (tenant_id, template_id) DO UPDATE SET
        name = EXCLUDED.name, description = EXCLUDED.description, type = EXCLUDED.type, version = EXCLUDED.version,
        created_at = EXCLUDED.created_at, updated_at = EXCLUDED.updated_at;
END;
$$;
CREATE FUNCTION public.refuse_change_of_log() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'change_log is insert-only' USING ERRCODE = 'AM005';
END;
$$;
CREATE FUNCTION public.refuse_in_maintenance() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (SELECT FROM maintenance WHERE until > now()) THEN
        RAISE EXCEPTION 'writes_are_stopped' USING ERRCODE = 'AM006';
    END IF;
    RETURN NEW;
END;
$$;
CREATE FUNCTION public.write_grain_state(p_service_id text, p_state_name text, p_grain_key text, p_version integer, p_payload bytea) RETURNS integer
    LANGUAGE plpgsql
    AS $$
DECLARE
    v_state     json := convert_from(p_payload, 'UTF8')::json;
    v_changes   json := COALESCE(v_state->'changes', '[]'::json);
    v_tenant_id text := v_changes->0->>'tenantId';
    v_change    json;
    v_revision  bigint;
    v_new       integer := COALESCE(p_version, 0) + 1;
BEGIN
    IF v_tenant_id IS NOT NULL THEN
        -- Until the end of the transaction nobody else advances the tenant.
        SELECT revision INTO v_revision FROM tenant WHERE tenant_id = v_tenant_id FOR UPDATE;
        IF NOT FOUND THEN
            INSERT INTO tenant (tenant_id, revision, agents, active_agents, creates_on, creates)
            VALUES (v_tenant_id, 0, 0, 0, ((v_changes->0->>'at')::timestamptz AT TIME ZONE 'UTC')::date, 0)
            ON CONFLICT DO NOTHING;
            SELECT revision INTO v_revision FROM tenant WHERE tenant_id = v_tenant_id FOR UPDATE;
        END IF;
        v_new := ((v_revision + json_array_length(v_changes)) % 2147483648)::integer;
    END IF;
    IF p_version IS NULL THEN
        INSERT INTO grain_state (service_id, state_name, grain_key, version, payload)
        VALUES (p_service_id, p_state_name, p_grain_key, v_new, p_payload)
        ON CONFLICT DO NOTHING;
    ELSE
        UPDATE grain_state SET version = v_new, payload = p_payload, modified_at = now()
        WHERE service_id = p_service_id AND state_name = p_state_name AND grain_key = p_grain_key AND version = p_version;
    END IF;
    IF NOT FOUND THEN
        RETURN p_version;
    END IF;
    FOR v_change IN SELECT value FROM json_array_elements(v_changes) LOOP
        PERFORM append_change(v_change, v_state);
    END LOOP;
    RETURN v_new;
END;
$$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.agent_index (
    tenant_id text NOT NULL,
    agent_id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    name_key text NOT NULL COLLATE pg_catalog."C",
    description text,
    type text NOT NULL,
    status text NOT NULL,
    tags text NOT NULL,
    search_text text NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    template_id text,
    template_version integer,
    tool_keys text DEFAULT ''::text NOT NULL,
    handoffs text DEFAULT ''::text NOT NULL,
    models text DEFAULT ''::text NOT NULL,
    degraded text DEFAULT ''::text NOT NULL,
    tools integer DEFAULT 0 NOT NULL,
    mcp_servers integer DEFAULT 0 NOT NULL,
    collections integer DEFAULT 0 NOT NULL,
    instruction_characters integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.agent_version (
    tenant_id text NOT NULL,
    agent_id text NOT NULL,
    version integer NOT NULL,
    document json NOT NULL
);
CREATE TABLE public.audit_check (
    tenant_id text NOT NULL,
    revision bigint NOT NULL,
    hash text NOT NULL,
    checked_at timestamp with time zone NOT NULL,
    CONSTRAINT audit_check_revision_check CHECK ((revision >= 0))
);
CREATE TABLE public.change_log (
    tenant_id text NOT NULL,
    revision bigint NOT NULL,
    event_id text NOT NULL,
    kind text NOT NULL,
    agent_id text NOT NULL,
    agent_name text NOT NULL,
    agent_version integer NOT NULL,
    status text NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    role text NOT NULL,
    correlation_id text NOT NULL,
    note text,
    details json,
    address text,
    document_hash text,
    hash text NOT NULL
);
CREATE TABLE public.delivery (
    tenant_id text NOT NULL,
    destination text NOT NULL,
    revision bigint NOT NULL,
    epoch text NOT NULL,
    CONSTRAINT delivery_revision_check CHECK ((revision >= 0))
);
CREATE TABLE public.file_index (
    tenant_id text NOT NULL,
    file_id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    blob text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL
);
CREATE TABLE public.file_use (
    tenant_id text NOT NULL,
    file_id text NOT NULL,
    subject text NOT NULL,
    version integer NOT NULL
);
CREATE TABLE public.grain_state (
    service_id text NOT NULL,
    state_name text NOT NULL,
    grain_key text NOT NULL,
    version integer NOT NULL,
    payload bytea,
    modified_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT grain_state_version_check CHECK ((version > 0))
);
CREATE TABLE public.idempotency (
    tenant_id text NOT NULL,
    idempotency_key text NOT NULL,
    fingerprint text NOT NULL,
    kind text NOT NULL,
    agent_id text NOT NULL,
    document json,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE public.maintenance (
    one boolean DEFAULT true NOT NULL,
    until timestamp with time zone NOT NULL,
    reason text NOT NULL,
    CONSTRAINT maintenance_one_check CHECK (one)
);
CREATE TABLE public.orleansquery (
    querykey character varying(64) NOT NULL,
    querytext character varying(8000) NOT NULL
);
CREATE TABLE public.refusal (
    refusal_id text NOT NULL COLLATE pg_catalog."C",
    tenant_id text,
    at timestamp with time zone NOT NULL,
    status integer NOT NULL,
    code text NOT NULL,
    operation text NOT NULL,
    subject text,
    role text,
    address text,
    correlation_id text,
    count bigint NOT NULL,
    CONSTRAINT refusal_count_check CHECK ((count > 0))
);
CREATE TABLE public.schema_version (
    version integer NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at text NOT NULL
);
CREATE TABLE public.task (
    tenant_id text NOT NULL,
    task_id text NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    done integer NOT NULL,
    total integer NOT NULL,
    attempts integer NOT NULL,
    result text,
    error_code text,
    error_message text,
    fingerprint text,
    subject text NOT NULL,
    role text NOT NULL,
    tier text,
    correlation_id text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    address text,
    granted text,
    CONSTRAINT task_check CHECK (((done >= 0) AND (done <= total))),
    CONSTRAINT task_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'completed'::text, 'failed'::text])))
);
CREATE TABLE public.task_input (
    tenant_id text NOT NULL,
    task_id text NOT NULL,
    lines text NOT NULL
);
CREATE TABLE public.template_index (
    tenant_id text NOT NULL,
    template_id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    description text,
    type text NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL
);
CREATE TABLE public.template_version (
    tenant_id text NOT NULL,
    template_id text NOT NULL,
    version integer NOT NULL,
    document json NOT NULL
);
CREATE TABLE public.tenant (
    tenant_id text NOT NULL,
    revision bigint NOT NULL,
    agents integer NOT NULL,
    active_agents integer NOT NULL,
    creates_on date NOT NULL,
    creates integer NOT NULL,
    templates integer DEFAULT 0 NOT NULL,
    settings json,
    file_bytes bigint DEFAULT 0 NOT NULL,
    head_hash text DEFAULT ''::text NOT NULL,
    CONSTRAINT tenant_agents_check CHECK ((agents >= 0)),
    CONSTRAINT tenant_check CHECK (((active_agents >= 0) AND (active_agents <= agents))),
    CONSTRAINT tenant_creates_check CHECK ((creates >= 0)),
    CONSTRAINT tenant_file_bytes_check CHECK ((file_bytes >= 0)),
    CONSTRAINT tenant_revision_check CHECK ((revision >= 0)),
    CONSTRAINT tenant_templates_check CHECK ((templates >= 0))
);
INSERT INTO public.agent_index VALUES
	('acme', 'bot', 'Bot "2" 😀', 'bot "2" 😀', 'Helps.', 'rag', 'active', '
b
a
', 'bot "2" 😀
helps.
b
a', 4, '2026-11-23 12:46:09.835+00', '2026-11-23 12:46:09.948+00', NULL, NULL, '', '', '
openai/gpt-5-mini
', '', 0, 0, 0, 5),
	('acme', 'old', 'Old', 'old', NULL, 'conversational', 'archived', '
a
b
', 'old
a
b', 2, '2026-11-23 12:46:09.966+00', '2026-11-23 12:46:09.978+00', NULL, NULL, '', '', '
openai/gpt-5-mini
', '', 0, 0, 0, 5),
	('acme', 'desk-1', 'Desk 1', 'desk 1', NULL, 'rag', 'draft', '', 'desk 1
', 1, '2026-11-23 12:46:10.033+00', '2026-11-23 12:46:10.033+00', 'desk', 1, '', '', '', '', 0, 0, 0, 9);
INSERT INTO public.agent_version VALUES
	('acme', 'bot', 1, '{"id":"bot","version":1,"name":"Ágent","type":"conversational","status":"draft","config":{"model":{"provider":"openai","id":"gpt-5-mini","params":{"temperature":0}},"instructions":{"template":"Help."}},"tags":["a","b"],"metadata":{},"createdAt":"2026-11-23T12:46:09.835+00:00","createdBy":"tester","updatedAt":"2026-11-23T12:46:09.835+00:00","updatedBy":"tester","degradedTools":[]}'),
	('acme', 'bot', 2, '{"id":"bot","version":2,"name":"Bot \"2\" \uD83D\uDE00","type":"rag","status":"draft","config":{"model":{"provider":"openai","id":"gpt-5-mini"},"instructions":{"template":"Help."},"attachments":[{"blobRef":"blob://files/sha256-a8af099bf2e878609558dbf69d8f88f4a31040a8cf84b549a0cfa912f12ffc3f"}]},"tags":["b","a"],"metadata":{"z":1.0,"a":null},"createdAt":"2026-11-23T12:46:09.835+00:00","createdBy":"tester","updatedAt":"2026-11-23T12:46:09.877+00:00","updatedBy":"tester","degradedTools":[]}'),
	('acme', 'bot', 3, '{"id":"bot","version":3,"name":"Bot \"2\" \uD83D\uDE00","description":"Helps.","type":"rag","status":"draft","config":{"model":{"provider":"openai","id":"gpt-5-mini"},"instructions":{"template":"Help."},"attachments":[{"blobRef":"blob://files/sha256-a8af099bf2e878609558dbf69d8f88f4a31040a8cf84b549a0cfa912f12ffc3f"}]},"tags":["b","a"],"metadata":{"z":1.0,"a":null},"createdAt":"2026-11-23T12:46:09.835+00:00","createdBy":"tester","updatedAt":"2026-11-23T12:46:09.911+00:00","updatedBy":"tester","degradedTools":[]}'),
	('acme', 'bot', 4, '{"id":"bot","version":4,"name":"Bot \"2\" \uD83D\uDE00","description":"Helps.","type":"rag","status":"active","config":{"model":{"provider":"openai","id":"gpt-5-mini"},"instructions":{"template":"Help."},"attachments":[{"blobRef":"blob://files/sha256-a8af099bf2e878609558dbf69d8f88f4a31040a8cf84b549a0cfa912f12ffc3f"}]},"tags":["b","a"],"metadata":{"z":1.0,"a":null},"createdAt":"2026-11-23T12:46:09.835+00:00","createdBy":"tester","updatedAt":"2026-11-23T12:46:09.948+00:00","updatedBy":"tester","activatedAt":"2026-11-23T12:46:09.948+00:00","degradedTools":[]}'),
	('acme', 'old', 1, '{"id":"old","version":1,"name":"Old","type":"conversational","status":"draft","config":{"model":{"provider":"openai","id":"gpt-5-mini","params":{"temperature":0}},"instructions":{"template":"Help."}},"tags":["a","b"],"metadata":{},"createdAt":"2026-11-23T12:46:09.966+00:00","createdBy":"tester","updatedAt":"2026-11-23T12:46:09.966+00:00","updatedBy":"tester","degradedTools":[]}'),
	('acme', 'old', 2, '{"id":"old","version":2,"name":"Old","type":"conversational","status":"archived","config":{"model":{"provider":"openai","id":"gpt-5-mini","params":{"temperature":0}},"instructions":{"template":"Help."}},"tags":["a","b"],"metadata":{},"createdAt":"2026-11-23T12:46:09.966+00:00","createdBy":"tester","updatedAt":"2026-11-23T12:46:09.978+00:00","updatedBy":"tester","archivedAt":"2026-11-23T12:46:09.978+00:00","archivedFrom":"draft","degradedTools":[]}'),
	('acme', 'desk-1', 1, '{"id":"desk-1","version":1,"name":"Desk 1","type":"rag","status":"draft","config":{"instructions":{"template":"For Acme."}},"tags":[],"metadata":{},"createdAt":"2026-11-23T12:46:10.033+00:00","createdBy":"tester","updatedAt":"2026-11-23T12:46:10.033+00:00","updatedBy":"tester","derivation":{"templateId":"desk","version":1,"variables":{"brand":"Acme"},"customizations":{}},"degradedTools":[]}');
INSERT INTO public.change_log VALUES
	('acme', 1, '01a2087141677e33aed637b9d935d26c', 'file_added', 'file/sha256-a8af099bf2e878609558dbf69d8f88f4a31040a8cf84b549a0cfa912f12ffc3f', 'guide.pdf', 1, 'stored', '2026-11-23 12:46:09.767+00', 'tester', 'admin', '01a20871405072d094b17d0f37818dad', NULL, NULL, '127.0.0.1', '34015b8921b2aa595ac9b294a499d76e4ac87e83f206dd903bf078ee12339103', '38238dec46d9cc20fa1d90235e6a1499b45a86f426a5bff8097e996453892225'),
	('acme', 2, '01a2087141ab7ab2a2412ec04db84d5b', 'agent_created', 'bot', 'Ágent', 1, 'draft', '2026-11-23 12:46:09.835+00', 'tester', 'admin', '01a2087141937aa0968c2a7a8597e172', NULL, '{"fields":[],"toolsAdded":[],"toolsRemoved":[],"applyToNewInteractions":true,"notifySessions":false,"forceUpdateSessions":false,"degradedTools":[]}', '127.0.0.1', 'b9ff7cf912f85a9d52bfd6381fd3de804fd09819bafbd9147c297e40c0fa9daf', 'e88c47a4b4e95b9e368c2b5e2185354c8d5f06e90761f0344b5a2bbe73f5f42f'),
	('acme', 3, '01a2087141d57f3eb014968e03b51125', 'agent_updated', 'bot', 'Bot "2" 😀', 2, 'draft', '2026-11-23 12:46:09.877+00', 'tester', 'admin', '01a2087141ce738db7963e62af19fb40', NULL, '{"fields":["/name","/type","/tags","/metadata","/config/model","/config/attachments"],"toolsAdded":[],"toolsRemoved":[],"applyToNewInteractions":true,"notifySessions":false,"forceUpdateSessions":false,"degradedTools":[]}', '127.0.0.1', 'ed4f4d0078198e8a4390d8b612b4908b01c237b072e48a9d8808ff36777ba322', '26d9393d0a025f69f46ff0aadecc4029b321cc8a285fae0293ae0e49ad0d9687'),
	('acme', 4, '01a2087141f774a0bee3c3c760d24c22', 'agent_updated', 'bot', 'Bot "2" 😀', 3, 'draft', '2026-11-23 12:46:09.911+00', 'tester', 'admin', '01a2087141eb75c3a78e4e25da2700cb', NULL, '{"fields":["/description"],"toolsAdded":[],"toolsRemoved":[],"applyToNewInteractions":true,"notifySessions":false,"forceUpdateSessions":false,"degradedTools":[]}', '127.0.0.1', 'c318b234cbcbe5aa047ecf8a855377405fa0cb6cd0cc7914818423cbdfcf0836', '6c06ebb62bc4f35572d93597e55da090d6c6b3eb020d4081e388585bf10b32ed'),
	('acme', 5, '01a20871421c72309652969dc25c14c7', 'agent_activated', 'bot', 'Bot "2" 😀', 4, 'active', '2026-11-23 12:46:09.948+00', 'tester', 'admin', '01a20871421b77a4a01abee3865bd37f', 'go', '{"fields":["/status"],"toolsAdded":[],"toolsRemoved":[],"applyToNewInteractions":true,"notifySessions":false,"forceUpdateSessions":false,"degradedTools":[]}', '127.0.0.1', 'cfe77431fb9bb21c7c1d44b5e21592f951166b38aefc41e8380d3dd108baec72', '07391d3fba9d1d9529f8e05683e962e69ce94275593907a4ef9b71571fa92be8'),
	('acme', 6, '01a20871422e71f3b71009398ad2ee3b', 'agent_created', 'old', 'Old', 1, 'draft', '2026-11-23 12:46:09.966+00', 'tester', 'admin', '01a20871422a736792d6087cd70cf969', NULL, '{"fields":[],"toolsAdded":[],"toolsRemoved":[],"applyToNewInteractions":true,"notifySessions":false,"forceUpdateSessions":false,"degradedTools":[]}', '127.0.0.1', 'fba83cc5a1bf8498b4105c789dbbcef0dd41fd8da1d16a46f492800ee3445bcb', '398884e4c88f6aa12ccb41c8868ab5b6292cacc48812287ca5cd767c2bd5d6de'),
	('acme', 7, '01a20871423a741b8e6890817cc68437', 'agent_archived', 'old', 'Old', 2, 'archived', '2026-11-23 12:46:09.978+00', 'tester', 'admin', '01a2087142397395a425f6a4ba855fbf', NULL, '{"fields":["/status"],"toolsAdded":[],"toolsRemoved":[],"applyToNewInteractions":true,"notifySessions":false,"forceUpdateSessions":false,"degradedTools":[]}', '127.0.0.1', 'cf63817b6f52c0ae86c613e441f9f5db5d6859ef43de4658a3dced6422687a3b', '771ef0104e0ae6bd27dd759104c917b4bfe2f60f81003642a89994e15010618a'),
	('acme', 8, '01a2087142507055bec3abc8f6140461', 'template_created', 'template/desk', 'Desk', 1, 'published', '2026-11-23 12:46:10+00', 'tester', 'admin', '01a208714241712fb2c87ef3e2027534', NULL, NULL, '127.0.0.1', 'a7708dbe5690a5b1bf7e7048422a77bcbd87b675afe8045f58572ad8515681c8', '55bccfe6f5788f374c2132006489312e04e4e22032b724987d981f3c704ca01f'),
	('acme', 9, '01a208714271700592d6e0508eeb43f1', 'agent_instantiated', 'desk-1', 'Desk 1', 1, 'draft', '2026-11-23 12:46:10.033+00', 'tester', 'admin', '01a208714262762eb584519982b7fc63', NULL, '{"fields":[],"toolsAdded":[],"toolsRemoved":[],"applyToNewInteractions":true,"notifySessions":false,"forceUpdateSessions":false,"degradedTools":[]}', '127.0.0.1', '8d9c968220c6d7d71e6f28fab45dac7ad60df5e6940c6da95cd73133711cf406', '31fc70fdf8dbb02bedb3e7e4e78880ec78c0178382c4d37ea4c62103d2d74765'),
	('acme', 10, '01a20871428377adb40767e33cc98b75', 'api_key_created', 'api-key/02d8479da734c0c7', 'ci', 1, 'active', '2026-11-23 12:46:10.051+00', 'tester', 'admin', '01a20871428078a2bd54a10979a6a5f8', 'agents:read tenant:read', NULL, '127.0.0.1', NULL, '132dae63fdb87c7819ef988f4c3e9508ca436b00628e1022f9bc139056a28478');
INSERT INTO public.file_index VALUES
	('acme', 'sha256-a8af099bf2e878609558dbf69d8f88f4a31040a8cf84b549a0cfa912f12ffc3f', 'guide.pdf', 'application/pdf', 1000, '01a20871415972e3b6842f7391dce5e8', '2026-11-23 12:46:09.767+00', 'tester');
INSERT INTO public.file_use VALUES
	('acme', 'sha256-a8af099bf2e878609558dbf69d8f88f4a31040a8cf84b549a0cfa912f12ffc3f', 'bot', 2),
	('acme', 'sha256-a8af099bf2e878609558dbf69d8f88f4a31040a8cf84b549a0cfa912f12ffc3f', 'bot', 3),
	('acme', 'sha256-a8af099bf2e878609558dbf69d8f88f4a31040a8cf84b549a0cfa912f12ffc3f', 'bot', 4);
INSERT INTO public.grain_state VALUES
	('agent-management', 'file', 'acme/file/sha256-a8af099bf2e878609558dbf69d8f88f4a31040a8cf84b549a0cfa912f12ffc3f', 1, '\x7b22736368656d6156657273696f6e223a312c2276657273696f6e223a312c2266696c65223a7b226964223a227368613235362d61386166303939626632653837383630393535386462663639643866383866346133313034306138636638346235343961306366613931326631326666633366222c226e616d65223a2267756964652e706466222c226d6564696154797065223a226170706c69636174696f6e2f706466222c2273697a65223a313030302c22626c6f62223a223031613230383731343135393732653362363834326637333931646365356538222c22637265617465644174223a22323032362d31312d32335431323a34363a30392e3736372b30303a3030222c22637265617465644279223a22746573746572227d2c226368616e676573223a5b7b227265736f75726365223a2266696c65222c226576656e744964223a223031613230383731343136373765333361656436333762396439333564323663222c226b696e64223a2266696c655f6164646564222c2274656e616e744964223a2261636d65222c226167656e744964223a2266696c652f7368613235362d61386166303939626632653837383630393535386462663639643866383866346133313034306138636638346235343961306366613931326631326666633366222c226167656e744e616d65223a2267756964652e706466222c2276657273696f6e223a312c22737461747573223a2273746f726564222c226174223a22323032362d31312d32335431323a34363a30392e3736372b30303a3030222c226163746f72223a22746573746572222c22726f6c65223a2261646d696e222c2261646472657373223a223132372e302e302e31222c22636f7272656c6174696f6e4964223a223031613230383731343035303732643039346231376430663337383138646164222c2264656c7461223a7b226167656e7473223a302c226163746976654167656e7473223a302c2263726561746573223a302c2274656d706c61746573223a302c2266696c654279746573223a313030307d2c22626f756e6473223a7b226167656e7473223a35302c226163746976654167656e7473223a35302c2274656d706c61746573223a3530302c2266696c654279746573223a313039393531313632373737367d2c2276657273696f6e734b657074223a313030302c2266696c6573223a5b5d2c2266696c6573466f756e64223a5b5d7d5d7d', '2026-11-23 12:46:09.769268+00'),
	('agent-management', 'agent', 'acme/bot', 5, '\x7b22736368656d6156657273696f6e223a312c2276657273696f6e223a342c226167656e74223a7b226964223a22626f74222c2276657273696f6e223a342c226e616d65223a22426f74205c22325c22205c75443833445c7544453030222c226465736372697074696f6e223a2248656c70732e222c2274797065223a22726167222c22737461747573223a22616374697665222c22636f6e666967223a7b226d6f64656c223a7b2270726f7669646572223a226f70656e6169222c226964223a226770742d352d6d696e69227d2c22696e737472756374696f6e73223a7b2274656d706c617465223a2248656c702e227d2c226174746163686d656e7473223a5b7b22626c6f62526566223a22626c6f623a2f2f66696c65732f7368613235362d61386166303939626632653837383630393535386462663639643866383866346133313034306138636638346235343961306366613931326631326666633366227d5d7d2c2274616773223a5b2262222c2261225d2c226d65746164617461223a7b227a223a312e302c2261223a6e756c6c7d2c22637265617465644174223a22323032362d31312d32335431323a34363a30392e3833352b30303a3030222c22637265617465644279223a22746573746572222c22757064617465644174223a22323032362d31312d32335431323a34363a30392e3934382b30303a3030222c22757064617465644279223a22746573746572222c226163746976617465644174223a22323032362d31312d32335431323a34363a30392e3934382b30303a3030222c226465677261646564546f6f6c73223a5b5d7d2c226368616e676573223a5b7b227265736f75726365223a226167656e74222c226576656e744964223a223031613230383731343231633732333039363532393639646332356331346337222c226b696e64223a226167656e745f616374697661746564222c2274656e616e744964223a2261636d65222c226167656e744964223a22626f74222c226167656e744e616d65223a22426f74205c22325c22205c75443833445c7544453030222c2276657273696f6e223a342c22737461747573223a22616374697665222c226174223a22323032362d31312d32335431323a34363a30392e3934382b30303a3030222c226163746f72223a22746573746572222c22726f6c65223a2261646d696e222c2261646472657373223a223132372e302e302e31222c22636f7272656c6174696f6e4964223a223031613230383731343231623737613461303161626565333836356264333766222c226e6f7465223a22676f222c2264656c7461223a7b226167656e7473223a302c226163746976654167656e7473223a312c2263726561746573223a302c2274656d706c61746573223a302c2266696c654279746573223a307d2c22626f756e6473223a7b226167656e7473223a35302c226163746976654167656e7473223a35302c2274656d706c61746573223a3530302c2266696c654279746573223a313039393531313632373737367d2c2276657273696f6e734b657074223a313030302c22736561726368223a7b226e616d65223a22626f74205c22325c22205c75443833445c7544453030222c2274657874223a22626f74205c22325c22205c75443833445c75444530305c6e68656c70732e5c6e625c6e61222c2274616773223a225c6e625c6e5c6e615c6e222c22746f6f6c73223a22222c2268616e646f666673223a22222c226d6f64656c73223a225c6e6f70656e61692f6770742d352d6d696e695c6e222c226465677261646564223a22227d2c2273697a6573223a7b22746f6f6c73223a302c226d637053657276657273223a302c22636f6c6c656374696f6e73223a302c22696e737472756374696f6e43686172616374657273223a357d2c2264657461696c73223a7b226669656c6473223a5b222f737461747573225d2c22746f6f6c734164646564223a5b5d2c22746f6f6c7352656d6f766564223a5b5d2c226170706c79546f4e6577496e746572616374696f6e73223a747275652c226e6f7469667953657373696f6e73223a66616c73652c22666f72636555706461746553657373696f6e73223a66616c73652c226465677261646564546f6f6c73223a5b5d7d2c2266696c6573223a5b227368613235362d61386166303939626632653837383630393535386462663639643866383866346133313034306138636638346235343961306366613931326631326666633366225d2c2266696c6573466f756e64223a5b227368613235362d61386166303939626632653837383630393535386462663639643866383866346133313034306138636638346235343961306366613931326631326666633366225d7d5d7d', '2026-11-23 12:46:09.956412+00'),
	('agent-management', 'agent', 'acme/old', 7, '\x7b22736368656d6156657273696f6e223a312c2276657273696f6e223a322c226167656e74223a7b226964223a226f6c64222c2276657273696f6e223a322c226e616d65223a224f6c64222c2274797065223a22636f6e766572736174696f6e616c222c22737461747573223a226172636869766564222c22636f6e666967223a7b226d6f64656c223a7b2270726f7669646572223a226f70656e6169222c226964223a226770742d352d6d696e69222c22706172616d73223a7b2274656d7065726174757265223a307d7d2c22696e737472756374696f6e73223a7b2274656d706c617465223a2248656c702e227d7d2c2274616773223a5b2261222c2262225d2c226d65746164617461223a7b7d2c22637265617465644174223a22323032362d31312d32335431323a34363a30392e3936362b30303a3030222c22637265617465644279223a22746573746572222c22757064617465644174223a22323032362d31312d32335431323a34363a30392e3937382b30303a3030222c22757064617465644279223a22746573746572222c2261726368697665644174223a22323032362d31312d32335431323a34363a30392e3937382b30303a3030222c22617263686976656446726f6d223a226472616674222c226465677261646564546f6f6c73223a5b5d7d2c226368616e676573223a5b7b227265736f75726365223a226167656e74222c226576656e744964223a223031613230383731343233613734316238653638393038313763633638343337222c226b696e64223a226167656e745f6172636869766564222c2274656e616e744964223a2261636d65222c226167656e744964223a226f6c64222c226167656e744e616d65223a224f6c64222c2276657273696f6e223a322c22737461747573223a226172636869766564222c226174223a22323032362d31312d32335431323a34363a30392e3937382b30303a3030222c226163746f72223a22746573746572222c22726f6c65223a2261646d696e222c2261646472657373223a223132372e302e302e31222c22636f7272656c6174696f6e4964223a223031613230383731343233393733393561343235663661346261383535666266222c2264656c7461223a7b226167656e7473223a2d312c226163746976654167656e7473223a302c2263726561746573223a302c2274656d706c61746573223a302c2266696c654279746573223a307d2c22626f756e6473223a7b226167656e7473223a35302c226163746976654167656e7473223a35302c2274656d706c61746573223a3530302c2266696c654279746573223a313039393531313632373737367d2c2276657273696f6e734b657074223a313030302c22736561726368223a7b226e616d65223a226f6c64222c2274657874223a226f6c645c6e5c6e615c6e62222c2274616773223a225c6e615c6e5c6e625c6e222c22746f6f6c73223a22222c2268616e646f666673223a22222c226d6f64656c73223a225c6e6f70656e61692f6770742d352d6d696e695c6e222c226465677261646564223a22227d2c2273697a6573223a7b22746f6f6c73223a302c226d637053657276657273223a302c22636f6c6c656374696f6e73223a302c22696e737472756374696f6e43686172616374657273223a357d2c2264657461696c73223a7b226669656c6473223a5b222f737461747573225d2c22746f6f6c734164646564223a5b5d2c22746f6f6c7352656d6f766564223a5b5d2c226170706c79546f4e6577496e746572616374696f6e73223a747275652c226e6f7469667953657373696f6e73223a66616c73652c22666f72636555706461746553657373696f6e73223a66616c73652c226465677261646564546f6f6c73223a5b5d7d2c2266696c6573223a5b5d2c2266696c6573466f756e64223a5b5d7d5d7d', '2026-11-23 12:46:09.979448+00'),
	('agent-management', 'template', 'acme/template/desk', 8, '\x7b22736368656d6156657273696f6e223a312c2276657273696f6e223a312c2274656d706c617465223a7b226964223a226465736b222c2276657273696f6e223a312c226e616d65223a224465736b222c2274797065223a22726167222c227661726961626c6573223a7b226272616e64223a7b2274797065223a22737472696e67222c227265717569726564223a747275657d7d2c22636f6e666967223a7b22696e737472756374696f6e73223a7b2274656d706c617465223a22466f72207b7b6272616e647d7d2e227d7d2c2274616773223a5b5d2c226d65746164617461223a7b7d2c22637265617465644174223a22323032362d31312d32335431323a34363a31302b30303a3030222c22637265617465644279223a22746573746572222c22757064617465644174223a22323032362d31312d32335431323a34363a31302b30303a3030222c22757064617465644279223a22746573746572227d2c226368616e676573223a5b7b227265736f75726365223a2274656d706c617465222c226576656e744964223a223031613230383731343235303730353562656333616263386636313430343631222c226b696e64223a2274656d706c6174655f63726561746564222c2274656e616e744964223a2261636d65222c226167656e744964223a2274656d706c6174652f6465736b222c226167656e744e616d65223a224465736b222c2276657273696f6e223a312c22737461747573223a227075626c6973686564222c226174223a22323032362d31312d32335431323a34363a31302b30303a3030222c226163746f72223a22746573746572222c22726f6c65223a2261646d696e222c2261646472657373223a223132372e302e302e31222c22636f7272656c6174696f6e4964223a223031613230383731343234313731326662326338376566336532303237353334222c2264656c7461223a7b226167656e7473223a302c226163746976654167656e7473223a302c2263726561746573223a302c2274656d706c61746573223a312c2266696c654279746573223a307d2c22626f756e6473223a7b226167656e7473223a35302c226163746976654167656e7473223a35302c2274656d706c61746573223a3530302c2266696c654279746573223a313039393531313632373737367d2c2276657273696f6e734b657074223a313030302c2266696c6573223a5b5d2c2266696c6573466f756e64223a5b5d7d5d7d', '2026-11-23 12:46:10.001371+00'),
	('agent-management', 'agent', 'acme/desk-1', 9, '\x7b22736368656d6156657273696f6e223a312c2276657273696f6e223a312c226167656e74223a7b226964223a226465736b2d31222c2276657273696f6e223a312c226e616d65223a224465736b2031222c2274797065223a22726167222c22737461747573223a226472616674222c22636f6e666967223a7b22696e737472756374696f6e73223a7b2274656d706c617465223a22466f722041636d652e227d7d2c2274616773223a5b5d2c226d65746164617461223a7b7d2c22637265617465644174223a22323032362d31312d32335431323a34363a31302e3033332b30303a3030222c22637265617465644279223a22746573746572222c22757064617465644174223a22323032362d31312d32335431323a34363a31302e3033332b30303a3030222c22757064617465644279223a22746573746572222c2264657269766174696f6e223a7b2274656d706c6174654964223a226465736b222c2276657273696f6e223a312c227661726961626c6573223a7b226272616e64223a2241636d65227d2c22637573746f6d697a6174696f6e73223a7b7d7d2c226465677261646564546f6f6c73223a5b5d7d2c226368616e676573223a5b7b227265736f75726365223a226167656e74222c226576656e744964223a223031613230383731343237313730303539326436653035303865656234336631222c226b696e64223a226167656e745f696e7374616e746961746564222c2274656e616e744964223a2261636d65222c226167656e744964223a226465736b2d31222c226167656e744e616d65223a224465736b2031222c2276657273696f6e223a312c22737461747573223a226472616674222c226174223a22323032362d31312d32335431323a34363a31302e3033332b30303a3030222c226163746f72223a22746573746572222c22726f6c65223a2261646d696e222c2261646472657373223a223132372e302e302e31222c22636f7272656c6174696f6e4964223a223031613230383731343236323736326562353834353139393832623766633633222c2264656c7461223a7b226167656e7473223a312c226163746976654167656e7473223a302c2263726561746573223a312c2274656d706c61746573223a302c2266696c654279746573223a307d2c22626f756e6473223a7b226167656e7473223a35302c226163746976654167656e7473223a35302c2274656d706c61746573223a3530302c2266696c654279746573223a313039393531313632373737367d2c2276657273696f6e734b657074223a313030302c22736561726368223a7b226e616d65223a226465736b2031222c2274657874223a226465736b20315c6e222c2274616773223a22222c22746f6f6c73223a22222c2268616e646f666673223a22222c226d6f64656c73223a22222c226465677261646564223a22227d2c2273697a6573223a7b22746f6f6c73223a302c226d637053657276657273223a302c22636f6c6c656374696f6e73223a302c22696e737472756374696f6e43686172616374657273223a397d2c2264657461696c73223a7b226669656c6473223a5b5d2c22746f6f6c734164646564223a5b5d2c22746f6f6c7352656d6f766564223a5b5d2c226170706c79546f4e6577496e746572616374696f6e73223a747275652c226e6f7469667953657373696f6e73223a66616c73652c22666f72636555706461746553657373696f6e73223a66616c73652c226465677261646564546f6f6c73223a5b5d7d2c2266696c6573223a5b5d2c2266696c6573466f756e64223a5b5d7d5d7d', '2026-11-23 12:46:10.034521+00'),
	('agent-management', 'api-keys', 'tenant/acme', 10, '\x7b22736368656d6156657273696f6e223a312c226b657973223a5b7b226964223a2230326438343739646137333463306337222c226e616d65223a226369222c2268617368223a2235663866343862336463623762363961393166353632306438323131633435353434343730373534343165303531373565343035663837383766653932333462222c227065726d697373696f6e73223a5b226167656e74733a72656164222c2274656e616e743a72656164225d2c2274696572223a22656e7465727072697365222c2276657273696f6e223a312c22637265617465644174223a22323032362d31312d32335431323a34363a31302e3035312b30303a3030222c22637265617465644279223a22746573746572222c22726f74617465644174223a22323032362d31312d32335431323a34363a31302e3035312b30303a3030227d5d2c226368616e676573223a5b7b227265736f75726365223a226170692d6b6579222c226576656e744964223a223031613230383731343238333737616462343037363765333363633938623735222c226b696e64223a226170695f6b65795f63726561746564222c2274656e616e744964223a2261636d65222c226167656e744964223a226170692d6b65792f30326438343739646137333463306337222c226167656e744e616d65223a226369222c2276657273696f6e223a312c22737461747573223a22616374697665222c226174223a22323032362d31312d32335431323a34363a31302e3035312b30303a3030222c226163746f72223a22746573746572222c22726f6c65223a2261646d696e222c2261646472657373223a223132372e302e302e31222c22636f7272656c6174696f6e4964223a223031613230383731343238303738613262643534613130393739613661356638222c226e6f7465223a226167656e74733a726561642074656e616e743a72656164222c2264656c7461223a7b226167656e7473223a302c226163746976654167656e7473223a302c2263726561746573223a302c2274656d706c61746573223a302c2266696c654279746573223a307d2c22626f756e6473223a7b226167656e7473223a302c226163746976654167656e7473223a302c2274656d706c61746573223a302c2266696c654279746573223a307d2c2276657273696f6e734b657074223a302c2266696c6573223a5b5d2c2266696c6573466f756e64223a5b5d7d5d7d', '2026-11-23 12:46:10.052492+00');
INSERT INTO public.idempotency VALUES
	('acme', 'one', '8bb84cfdf384cfb202083aecad4642c401c9866b14029bbe165d74c6c4e52915', 'agent_updated', 'bot', '{"id":"bot","version":3,"name":"Bot \"2\" \uD83D\uDE00","description":"Helps.","type":"rag","status":"draft","config":{"model":{"provider":"openai","id":"gpt-5-mini"},"instructions":{"template":"Help."},"attachments":[{"blobRef":"blob://files/sha256-a8af099bf2e878609558dbf69d8f88f4a31040a8cf84b549a0cfa912f12ffc3f"}]},"tags":["b","a"],"metadata":{"z":1.0,"a":null},"createdAt":"2026-11-23T12:46:09.835+00:00","createdBy":"tester","updatedAt":"2026-11-23T12:46:09.911+00:00","updatedBy":"tester","degradedTools":[]}', '2026-11-23 12:46:09.911+00');
INSERT INTO public.orleansquery VALUES
	('ReadFromStorageKey', 'SELECT payload AS PayloadBinary, version AS Version FROM grain_state
  WHERE service_id = @ServiceId AND state_name = @GrainTypeString AND grain_key = @GrainIdExtensionString'),
	('WriteToStorageKey', 'SELECT write_grain_state(@ServiceId, @GrainTypeString, @GrainIdExtensionString, @GrainStateVersion, @PayloadBinary)
  AS NewGrainStateVersion'),
	('ClearStorageKey', 'UPDATE grain_state SET payload = NULL, version = version + 1, modified_at = now()
  WHERE service_id = @ServiceId AND state_name = @GrainTypeString AND grain_key = @GrainIdExtensionString
    AND version = @GrainStateVersion
  RETURNING version AS NewGrainStateVersion');
INSERT INTO public.schema_version VALUES
	(1, '0001_initial', '9eb748640a300e4ea9fa07b22cb4531a5f8efbad512132196db55b3b54dee8d5', '2026-11-23T12:46:08.9944489+00:00'),
	(2, '0002_delivery', '9afb1880c636b190bd86b57e7908a9f594527f99d5afe8017e508056b96ebe25', '2026-11-23T12:46:09.0141279+00:00'),
	(3, '0003_tasks', '02612fc8b9b883ff85a39fdd2f57cd47eebd7fa7103d7d1d7405088346d1c05f', '2026-11-23T12:46:09.0264052+00:00'),
	(4, '0004_templates', '31c6169be47d8cdfdf573c9a5e5a2419d7b17f19e19282f6e380e340cc7da8cc', '2026-11-23T12:46:09.0430689+00:00'),
	(5, '0005_files', '0da738afaff4064aeef26e0ecaea50ffaeeda8b3b9c82a7961ae371f9124e06a', '2026-11-23T12:46:09.0531503+00:00'),
	(6, '0006_revisions', '3fbc833c5fd2e382e3aa494413c7a56821dbcf1b3df478f3c9bc3d27568b0742', '2026-11-23T12:46:09.0564476+00:00'),
	(7, '0007_audit', 'c1034ccdba3604e4e68254ddc8938be0d886a90425468d9ff584594352184601', '2026-11-23T12:46:09.0871384+00:00'),
	(8, '0008_api_keys', '9cf83b5027fb0fbe7a5b10ef4dc806a772c316827e1364ac9e31373c6c808f40', '2026-11-23T12:46:09.0886777+00:00'),
	(9, '0009_maintenance', '9c10007dfb77d38c3fc34ee1d1772d9a23beb98b3c96ff25e533072a145334fb', '2026-11-23T12:46:09.0935127+00:00');
INSERT INTO public.template_index VALUES
	('acme', 'desk', 'Desk', NULL, 'rag', 1, '2026-11-23 12:46:10+00', '2026-11-23 12:46:10+00');
INSERT INTO public.template_version VALUES
	('acme', 'desk', 1, '{"id":"desk","version":1,"name":"Desk","type":"rag","variables":{"brand":{"type":"string","required":true}},"config":{"instructions":{"template":"For {{brand}}."}},"tags":[],"metadata":{},"createdAt":"2026-11-23T12:46:10+00:00","createdBy":"tester","updatedAt":"2026-11-23T12:46:10+00:00","updatedBy":"tester"}');
INSERT INTO public.tenant VALUES
	('acme', 10, 2, 1, '2026-11-23', 3, 1, NULL, 1000, '132dae63fdb87c7819ef988f4c3e9508ca436b00628e1022f9bc139056a28478');
ALTER TABLE ONLY public.agent_index
    ADD CONSTRAINT agent_index_pkey PRIMARY KEY (tenant_id, agent_id);
ALTER TABLE ONLY public.agent_version
    ADD CONSTRAINT agent_version_pkey PRIMARY KEY (tenant_id, agent_id, version);
ALTER TABLE ONLY public.audit_check
    ADD CONSTRAINT audit_check_pkey PRIMARY KEY (tenant_id);
ALTER TABLE ONLY public.change_log
    ADD CONSTRAINT change_log_event_id_key UNIQUE (event_id);
ALTER TABLE ONLY public.change_log
    ADD CONSTRAINT change_log_pkey PRIMARY KEY (tenant_id, revision);
ALTER TABLE ONLY public.change_log
    ADD CONSTRAINT change_log_tenant_id_agent_id_agent_version_key UNIQUE (tenant_id, agent_id, agent_version);
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY (destination, tenant_id);
ALTER TABLE ONLY public.file_index
    ADD CONSTRAINT file_index_pkey PRIMARY KEY (tenant_id, file_id);
ALTER TABLE ONLY public.file_use
    ADD CONSTRAINT file_use_pkey PRIMARY KEY (tenant_id, file_id, subject, version);
ALTER TABLE ONLY public.grain_state
    ADD CONSTRAINT grain_state_pkey PRIMARY KEY (service_id, state_name, grain_key);
ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (tenant_id, idempotency_key);
ALTER TABLE ONLY public.maintenance
    ADD CONSTRAINT maintenance_pkey PRIMARY KEY (one);
ALTER TABLE ONLY public.orleansquery
    ADD CONSTRAINT orleansquery_pkey PRIMARY KEY (querykey);
ALTER TABLE ONLY public.refusal
    ADD CONSTRAINT refusal_pkey PRIMARY KEY (refusal_id);
ALTER TABLE ONLY public.schema_version
    ADD CONSTRAINT schema_version_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.task_input
    ADD CONSTRAINT task_input_pkey PRIMARY KEY (tenant_id, task_id);
ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_pkey PRIMARY KEY (tenant_id, task_id);
ALTER TABLE ONLY public.template_index
    ADD CONSTRAINT template_index_pkey PRIMARY KEY (tenant_id, template_id);
ALTER TABLE ONLY public.template_version
    ADD CONSTRAINT template_version_pkey PRIMARY KEY (tenant_id, template_id, version);
ALTER TABLE ONLY public.tenant
    ADD CONSTRAINT tenant_pkey PRIMARY KEY (tenant_id);
CREATE INDEX agent_index_archived ON public.agent_index USING btree (updated_at) WHERE (status = 'archived'::text);
CREATE INDEX agent_index_by_creation ON public.agent_index USING btree (tenant_id, created_at, agent_id);
CREATE INDEX agent_index_by_name ON public.agent_index USING btree (tenant_id, name_key, agent_id);
CREATE INDEX agent_index_by_template ON public.agent_index USING btree (tenant_id, template_id, template_version);
CREATE INDEX file_use_by_version ON public.file_use USING btree (tenant_id, subject, version);
CREATE INDEX idempotency_by_age ON public.idempotency USING btree (tenant_id, created_at);
CREATE INDEX refusal_by_age ON public.refusal USING btree (at);
CREATE INDEX refusal_of_tenant ON public.refusal USING btree (tenant_id, refusal_id);
CREATE INDEX task_by_creation ON public.task USING btree (tenant_id, created_at);
CREATE INDEX task_finished ON public.task USING btree (finished_at) WHERE (finished_at IS NOT NULL);
CREATE INDEX task_unfinished ON public.task USING btree (updated_at) WHERE (finished_at IS NULL);
CREATE TRIGGER agent_version_is_gone AFTER DELETE ON public.agent_version FOR EACH ROW EXECUTE FUNCTION public.forget_file_use();
CREATE TRIGGER change_log_is_not_changed BEFORE DELETE OR UPDATE OR TRUNCATE ON public.change_log FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change_of_log();
ALTER TABLE public.change_log ENABLE ALWAYS TRIGGER change_log_is_not_changed;
CREATE TRIGGER template_version_is_gone AFTER DELETE ON public.template_version FOR EACH ROW EXECUTE FUNCTION public.forget_file_use();
CREATE TRIGGER tenant_is_not_advanced_in_maintenance BEFORE UPDATE OF revision ON public.tenant FOR EACH ROW EXECUTE FUNCTION public.refuse_in_maintenance();
