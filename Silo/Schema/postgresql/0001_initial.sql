-- One change of an agent is one call of write_grain_state: version check, state, log, counters with their bounds,
-- content of the version, read model and idempotency record commit together or not at all (docs/adr/0001).

-- The stock ADO.NET provider of Orleans reads its SQL from here.
CREATE TABLE orleansquery (
    querykey  varchar(64)   NOT NULL PRIMARY KEY,
    querytext varchar(8000) NOT NULL
);

-- The state of every grain. The primary key is what makes two racing first writes one row.
CREATE TABLE grain_state (
    service_id  text        NOT NULL,
    state_name  text        NOT NULL,
    grain_key   text        NOT NULL,
    version     integer     NOT NULL CHECK (version > 0),
    payload     bytea,
    modified_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (service_id, state_name, grain_key)
);

-- A tenant's revision, which is its number of changes, and the counters that the tiers bound.
CREATE TABLE tenant (
    tenant_id     text    NOT NULL PRIMARY KEY,
    revision      bigint  NOT NULL CHECK (revision >= 0),
    agents        integer NOT NULL CHECK (agents >= 0),
    active_agents integer NOT NULL CHECK (active_agents >= 0 AND active_agents <= agents),
    creates_on    date    NOT NULL,
    creates       integer NOT NULL CHECK (creates >= 0)
);

-- History, audit trail and event feed in one. Rows are only ever inserted.
CREATE TABLE change_log (
    tenant_id      text        NOT NULL,
    revision       bigint      NOT NULL,
    event_id       text        NOT NULL UNIQUE,
    kind           text        NOT NULL,
    agent_id       text        NOT NULL,
    agent_name     text        NOT NULL,
    agent_version  integer     NOT NULL,
    status         text        NOT NULL,
    at             timestamptz NOT NULL,
    actor          text        NOT NULL,
    role           text        NOT NULL,
    correlation_id text        NOT NULL,
    note           text,
    PRIMARY KEY (tenant_id, revision),
    UNIQUE (tenant_id, agent_id, agent_version)
);

-- The agent as it was at each version that is kept. json, not jsonb: the text must stay as it is.
CREATE TABLE agent_version (
    tenant_id text    NOT NULL,
    agent_id  text    NOT NULL,
    version   integer NOT NULL,
    document  json    NOT NULL,
    PRIMARY KEY (tenant_id, agent_id, version)
);

-- What lists show, search and sort by. The keys are folded by the service, so that every database compares alike.
CREATE TABLE agent_index (
    tenant_id   text        NOT NULL,
    agent_id    text COLLATE "C" NOT NULL,
    name        text        NOT NULL,
    name_key    text COLLATE "C" NOT NULL,
    description text,
    type        text        NOT NULL,
    status      text        NOT NULL,
    tags        text        NOT NULL,
    search_text text        NOT NULL,
    version     integer     NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, agent_id)
);
CREATE INDEX agent_index_by_name ON agent_index (tenant_id, name_key, agent_id);
CREATE INDEX agent_index_by_creation ON agent_index (tenant_id, created_at, agent_id);

-- The first answer under each idempotency key, for 24 hours; without document once the agent is purged.
CREATE TABLE idempotency (
    tenant_id       text        NOT NULL,
    idempotency_key text        NOT NULL,
    fingerprint     text        NOT NULL,
    kind            text        NOT NULL,
    agent_id        text        NOT NULL,
    document        json,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, idempotency_key)
);
CREATE INDEX idempotency_by_age ON idempotency (tenant_id, created_at);

CREATE FUNCTION append_change(change json, agent json) RETURNS void
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
                            actor, role, correlation_id, note)
    VALUES (v_tenant_id, v_tenant.revision, change->>'eventId', change->>'kind', v_agent_id, change->>'agentName',
            v_version, change->>'status', v_at, change->>'actor', change->>'role', change->>'correlationId', change->>'note');

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

-- Returns the new version, or the version that was expected when the row is at another: the provider's sign of a conflict.
CREATE FUNCTION write_grain_state(
    p_service_id text, p_state_name text, p_grain_key text, p_version integer, p_payload bytea) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_state  json := convert_from(p_payload, 'UTF8')::json;
    v_agent  json := CASE WHEN json_typeof(v_state->'agent') = 'object' THEN v_state->'agent' END;
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
        PERFORM append_change(v_change, v_agent);
    END LOOP;
    RETURN v_new;
END;
$$;

INSERT INTO orleansquery (querykey, querytext) VALUES
('ReadFromStorageKey',
 'SELECT payload AS PayloadBinary, version AS Version FROM grain_state
  WHERE service_id = @ServiceId AND state_name = @GrainTypeString AND grain_key = @GrainIdExtensionString'),
('WriteToStorageKey',
 'SELECT write_grain_state(@ServiceId, @GrainTypeString, @GrainIdExtensionString, @GrainStateVersion, @PayloadBinary)
  AS NewGrainStateVersion'),
('ClearStorageKey',
 'UPDATE grain_state SET payload = NULL, version = version + 1, modified_at = now()
  WHERE service_id = @ServiceId AND state_name = @GrainTypeString AND grain_key = @GrainIdExtensionString
    AND version = @GrainStateVersion
  RETURNING version AS NewGrainStateVersion');

-- The role that the service runs as. It may add to the log but never change it. Log-in roles are made members of it.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'agent_management_service') THEN
        CREATE ROLE agent_management_service NOLOGIN;
    END IF;
    GRANT SELECT ON ALL TABLES IN SCHEMA public TO agent_management_service;
    GRANT INSERT, UPDATE ON grain_state, tenant TO agent_management_service;
    GRANT INSERT ON change_log TO agent_management_service;
    GRANT INSERT, DELETE ON agent_version TO agent_management_service;
    GRANT INSERT, UPDATE, DELETE ON agent_index, idempotency TO agent_management_service;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'The role agent_management_service was not made: this log-in may not. The service runs as the owner.';
END;
$$;
