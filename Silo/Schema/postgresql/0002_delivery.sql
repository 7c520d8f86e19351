-- What a change did, for those who run the agent; null for changes before this.
ALTER TABLE change_log ADD COLUMN details json;

-- How far each destination has been told of each tenant's changes. The epoch is the destination's: another one than it has
-- now means that it may have lost what it was told.
CREATE TABLE delivery (
    tenant_id   text   NOT NULL,
    destination text   NOT NULL,
    revision    bigint NOT NULL CHECK (revision >= 0),
    epoch       text   NOT NULL,
    PRIMARY KEY (destination, tenant_id)
);

-- As before, with the details.
CREATE OR REPLACE FUNCTION append_change(change json, agent json) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    -- Names are prefixed so that none is taken for a column.
    v_tenant_id text := change->>'tenantId';
    v_agent_id  text := change->>'agentId';
    v_version   integer := (change->>'version')::integer;
    v_at        timestamptz := (change->>'at')::timestamptz;
    v_today     date := (v_at AT TIME ZONE 'UTC')::date;
    v_oldest    integer := v_version - (change->>'versionsKept')::integer;
    v_key       text := change->>'idempotencyKey';
    v_delta     json := change->'delta';
    v_bounds    json := change->'bounds';
    v_tenant    tenant%ROWTYPE;
BEGIN
    INSERT INTO tenant (tenant_id, revision, agents, active_agents, creates_on, creates)
    VALUES (v_tenant_id, 0, 0, 0, v_today, 0)
    ON CONFLICT DO NOTHING;
    UPDATE tenant SET
        revision = revision + 1,
        agents = agents + (v_delta->>'agents')::integer,
        active_agents = active_agents + (v_delta->>'activeAgents')::integer,
        creates = CASE WHEN v_today > creates_on THEN 0 ELSE creates END + (v_delta->>'creates')::integer,
        creates_on = GREATEST(creates_on, v_today)
    WHERE tenant_id = v_tenant_id
    RETURNING * INTO v_tenant;

    -- The fence behind the tenant grain: whatever that grain believed, a counter never passes its bound.
    IF (v_delta->>'agents')::integer > 0 AND v_tenant.agents > (v_bounds->>'agents')::integer THEN
        RAISE EXCEPTION 'quota_exceeded:agents' USING ERRCODE = 'AM001';
    END IF;
    IF (v_delta->>'activeAgents')::integer > 0 AND v_tenant.active_agents > (v_bounds->>'activeAgents')::integer THEN
        RAISE EXCEPTION 'quota_exceeded:activeAgents' USING ERRCODE = 'AM001';
    END IF;
    IF (v_delta->>'creates')::integer > 0 AND v_tenant.creates > (v_bounds->>'creates')::integer THEN
        RAISE EXCEPTION 'quota_exceeded:creates' USING ERRCODE = 'AM001';
    END IF;

    INSERT INTO change_log (tenant_id, revision, event_id, kind, agent_id, agent_name, agent_version, status, at,
                            actor, role, correlation_id, note, details)
    VALUES (v_tenant_id, v_tenant.revision, change->>'eventId', change->>'kind', v_agent_id, change->>'agentName',
            v_version, change->>'status', v_at, change->>'actor', change->>'role', change->>'correlationId', change->>'note',
            CASE WHEN json_typeof(change->'details') = 'object' THEN change->'details' END);

    IF v_key IS NOT NULL THEN
        DELETE FROM idempotency WHERE tenant_id = v_tenant_id AND created_at <= v_at - interval '24 hours';
        INSERT INTO idempotency (tenant_id, idempotency_key, fingerprint, kind, agent_id, document, created_at)
        VALUES (v_tenant_id, v_key, change->>'fingerprint', change->>'kind', v_agent_id, agent, v_at)
        ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'idempotency_conflict' USING ERRCODE = 'AM002';
        END IF;
    END IF;

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
                             created_at, updated_at)
    VALUES (v_tenant_id, v_agent_id, agent->>'name', change->'search'->>'name', agent->>'description', agent->>'type',
            agent->>'status', change->'search'->>'tags', change->'search'->>'text', v_version,
            (agent->>'createdAt')::timestamptz, (agent->>'updatedAt')::timestamptz)
    ON CONFLICT (tenant_id, agent_id) DO UPDATE SET
        name = EXCLUDED.name, name_key = EXCLUDED.name_key, description = EXCLUDED.description, type = EXCLUDED.type,
        status = EXCLUDED.status, tags = EXCLUDED.tags, search_text = EXCLUDED.search_text, version = EXCLUDED.version,
        created_at = EXCLUDED.created_at, updated_at = EXCLUDED.updated_at;
END;
$$;

DO $$
BEGIN
    GRANT SELECT, INSERT, UPDATE ON delivery TO agent_management_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'The role agent_management_service was given no rights on the table delivery.';
END;
$$;
