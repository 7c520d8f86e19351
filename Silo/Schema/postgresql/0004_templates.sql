-- Templates, the tenant's own settings, and what agents refer to. What log and idempotency records call agent_id is the
-- subject of a change from here on: an agent's id, template/{id} or tenant/{id}. No agent's id holds a '/'.
ALTER TABLE tenant ADD COLUMN templates integer NOT NULL DEFAULT 0 CHECK (templates >= 0);
ALTER TABLE tenant ADD COLUMN settings json;

CREATE TABLE template_version (
    tenant_id   text    NOT NULL,
    template_id text    NOT NULL,
    version     integer NOT NULL,
    document    json    NOT NULL,
    PRIMARY KEY (tenant_id, template_id, version)
);

CREATE TABLE template_index (
    tenant_id   text        NOT NULL,
    template_id text COLLATE "C" NOT NULL,
    name        text        NOT NULL,
    description text,
    type        text        NOT NULL,
    version     integer     NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, template_id)
);

-- What an agent was made from and what it refers to, each item of a text between line feeds; and its sizes, as tiers count them.
ALTER TABLE agent_index
    ADD COLUMN template_id            text,
    ADD COLUMN template_version       integer,
    ADD COLUMN tool_keys              text    NOT NULL DEFAULT '',
    ADD COLUMN handoffs               text    NOT NULL DEFAULT '',
    ADD COLUMN models                 text    NOT NULL DEFAULT '',
    ADD COLUMN degraded               text    NOT NULL DEFAULT '',
    ADD COLUMN tools                  integer NOT NULL DEFAULT 0,
    ADD COLUMN mcp_servers            integer NOT NULL DEFAULT 0,
    ADD COLUMN collections            integer NOT NULL DEFAULT 0,
    ADD COLUMN instruction_characters integer NOT NULL DEFAULT 0;
CREATE INDEX agent_index_by_template ON agent_index (tenant_id, template_id, template_version);

CREATE FUNCTION items(list json) RETURNS SETOF json LANGUAGE sql IMMUTABLE AS $$
    SELECT json_array_elements(CASE WHEN json_typeof(list) = 'array' THEN list ELSE '[]'::json END)
$$;

UPDATE agent_index AS found SET
    tool_keys = COALESCE((SELECT string_agg(E'\n' || (tool->>'id') || E'\n', '')
                          FROM items(config->'tools') AS tool WHERE tool->'inputSchema' IS NULL), ''),
    handoffs = COALESCE((SELECT string_agg(E'\n' || (handoff->>'agentId') || E'\n', '') FROM items(config->'handoffs') AS handoff), ''),
    models = COALESCE((SELECT string_agg(E'\n' || (model->>'provider') || '/' || (model->>'id') || E'\n', '')
                       FROM (SELECT config->'model' AS model UNION ALL SELECT items(config->'model'->'fallbacks')) AS used
                       WHERE json_typeof(model) = 'object'), ''),
    tools = (SELECT count(*) FROM items(config->'tools')),
    mcp_servers = (SELECT count(*) FROM items(config->'mcpServers')),
    collections = (SELECT count(*) FROM items(config->'knowledge'->'collections')),
    instruction_characters = COALESCE(char_length(config->'instructions'->>'template'), 0)
FROM (SELECT tenant_id, agent_id, version, document->'config' AS config FROM agent_version) AS kept
WHERE kept.tenant_id = found.tenant_id AND kept.agent_id = found.agent_id AND kept.version = found.version;

DROP FUNCTION items(json);
DROP FUNCTION append_change(json, json);

-- The tenant's next revision. Whatever the grains believed, a counter never passes its bound.
CREATE FUNCTION advance_tenant(change json) RETURNS bigint
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
    RETURN v_tenant.revision;
END;
$$;

CREATE FUNCTION keep_answer(change json, document json) RETURNS void
LANGUAGE plpgsql AS $$
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

-- The content of the agent's version and its place in lists; without an agent, what is left of it goes.
CREATE FUNCTION keep_agent(change json, agent json) RETURNS void
LANGUAGE plpgsql AS $$
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

-- As for agents; but a version that an agent was made from stays, since upgrading the agent starts from it.
CREATE FUNCTION keep_template(change json, template json) RETURNS void
LANGUAGE plpgsql AS $$
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

CREATE FUNCTION append_change(change json, state json) RETURNS void
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
    END CASE;
END;
$$;

CREATE OR REPLACE FUNCTION write_grain_state(
    p_service_id text, p_state_name text, p_grain_key text, p_version integer, p_payload bytea) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_state  json := convert_from(p_payload, 'UTF8')::json;
    v_change json;
    v_new    integer;
BEGIN
    IF p_version IS NULL THEN
        INSERT INTO grain_state (service_id, state_name, grain_key, version, payload)
        VALUES (p_service_id, p_state_name, p_grain_key, 1, p_payload)
        ON CONFLICT DO NOTHING
        RETURNING version INTO v_new;
    ELSE
        UPDATE grain_state SET version = version + 1, payload = p_payload, modified_at = now()
        WHERE service_id = p_service_id AND state_name = p_state_name AND grain_key = p_grain_key AND version = p_version
        RETURNING version INTO v_new;
    END IF;
    IF v_new IS NULL THEN
        RETURN p_version;
    END IF;
    FOR v_change IN SELECT value FROM json_array_elements(COALESCE(v_state->'changes', '[]'::json)) LOOP
        PERFORM append_change(v_change, v_state);
    END LOOP;
    RETURN v_new;
END;
$$;

DO $$
BEGIN
    GRANT SELECT ON template_version, template_index TO agent_management_service;
    GRANT INSERT, DELETE ON template_version TO agent_management_service;
    GRANT INSERT, UPDATE, DELETE ON template_index TO agent_management_service;
EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
    RAISE NOTICE 'The role agent_management_service was given nothing new: this log-in may not. The service runs as the owner.';
END;
$$;
