-- The same as Schema/postgresql, for one process without a server. SQLite has no procedures, so the one statement of a
-- change is an insert into the view grain_write, whose trigger does it all (docs/adr/0001).
-- Times are text, yyyy-MM-ddTHH:mm:ss.fffZ.

CREATE TABLE OrleansQuery (
    QueryKey  TEXT NOT NULL PRIMARY KEY,
    QueryText TEXT NOT NULL
) STRICT;

CREATE TABLE grain_state (
    service_id  TEXT    NOT NULL,
    state_name  TEXT    NOT NULL,
    grain_key   TEXT    NOT NULL,
    version     INTEGER NOT NULL CHECK (version > 0),
    payload     BLOB,
    modified_at TEXT    NOT NULL,
    PRIMARY KEY (service_id, state_name, grain_key)
) STRICT;

CREATE TABLE tenant (
    tenant_id     TEXT    NOT NULL PRIMARY KEY,
    revision      INTEGER NOT NULL CHECK (revision >= 0),
    agents        INTEGER NOT NULL CHECK (agents >= 0),
    active_agents INTEGER NOT NULL CHECK (active_agents >= 0 AND active_agents <= agents),
    creates_on    TEXT    NOT NULL,
    creates       INTEGER NOT NULL CHECK (creates >= 0)
) STRICT;

CREATE TABLE change_log (
    tenant_id      TEXT    NOT NULL,
    revision       INTEGER NOT NULL,
    event_id       TEXT    NOT NULL UNIQUE,
    kind           TEXT    NOT NULL,
    agent_id       TEXT    NOT NULL,
    agent_name     TEXT    NOT NULL,
    agent_version  INTEGER NOT NULL,
    status         TEXT    NOT NULL,
    at             TEXT    NOT NULL,
    actor          TEXT    NOT NULL,
    role           TEXT    NOT NULL,
    correlation_id TEXT    NOT NULL,
    note           TEXT,
    PRIMARY KEY (tenant_id, revision),
    UNIQUE (tenant_id, agent_id, agent_version)
) STRICT;

-- SQLite has no roles to withhold the right from.
CREATE TRIGGER change_log_is_not_updated BEFORE UPDATE ON change_log
BEGIN
    SELECT RAISE(ABORT, 'change_log is insert-only');
END;
CREATE TRIGGER change_log_is_not_deleted BEFORE DELETE ON change_log
BEGIN
    SELECT RAISE(ABORT, 'change_log is insert-only');
END;

CREATE TABLE agent_version (
    tenant_id TEXT    NOT NULL,
    agent_id  TEXT    NOT NULL,
    version   INTEGER NOT NULL,
    document  TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, agent_id, version)
) STRICT;

CREATE TABLE agent_index (
    tenant_id   TEXT    NOT NULL,
    agent_id    TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    name_key    TEXT    NOT NULL,
    description TEXT,
    type        TEXT    NOT NULL,
    status      TEXT    NOT NULL,
    tags        TEXT    NOT NULL,
    search_text TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    created_at  TEXT    NOT NULL,
    updated_at  TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, agent_id)
) STRICT;
CREATE INDEX agent_index_by_name ON agent_index (tenant_id, name_key, agent_id);
CREATE INDEX agent_index_by_creation ON agent_index (tenant_id, created_at, agent_id);

CREATE TABLE idempotency (
    tenant_id       TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint     TEXT NOT NULL,
    kind            TEXT NOT NULL,
    agent_id        TEXT NOT NULL,
    document        TEXT,
    created_at      TEXT NOT NULL,
    PRIMARY KEY (tenant_id, idempotency_key)
) STRICT;
CREATE INDEX idempotency_by_age ON idempotency (tenant_id, created_at);

CREATE VIEW grain_write AS
SELECT service_id, state_name, grain_key, version AS expected_version, payload AS state FROM grain_state WHERE 0;

CREATE TRIGGER grain_write_is_a_change INSTEAD OF INSERT ON grain_write
BEGIN
    -- Another version than expected: nothing happens, and the query after this statement finds no row.
    SELECT RAISE(IGNORE) WHERE NEW.expected_version IS NOT (
        SELECT version FROM grain_state
        WHERE service_id = NEW.service_id AND state_name = NEW.state_name AND grain_key = NEW.grain_key);

    INSERT INTO grain_state (service_id, state_name, grain_key, version, payload, modified_at)
    VALUES (NEW.service_id, NEW.state_name, NEW.grain_key, 1, CAST(NEW.state AS BLOB), strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
    ON CONFLICT (service_id, state_name, grain_key) DO UPDATE SET
        version = version + 1, payload = excluded.payload, modified_at = excluded.modified_at;

    INSERT INTO tenant (tenant_id, revision, agents, active_agents, creates_on, creates)
    SELECT change.value ->> 'tenantId', 0, 0, 0, date(change.value ->> 'at'), 0
    FROM json_each(NEW.state, '$.changes') AS change WHERE true
    ON CONFLICT DO NOTHING;
    UPDATE tenant SET
        revision = revision + added.changes,
        agents = tenant.agents + added.agents,
        active_agents = tenant.active_agents + added.active_agents,
        creates = CASE WHEN added.today > creates_on THEN 0 ELSE tenant.creates END + added.creates,
        creates_on = max(creates_on, added.today)
    FROM (SELECT change.value ->> 'tenantId' AS tenant_id, count(*) AS changes, max(date(change.value ->> 'at')) AS today,
                 sum(change.value ->> '$.delta.agents') AS agents,
                 sum(change.value ->> '$.delta.activeAgents') AS active_agents,
                 sum(change.value ->> '$.delta.creates') AS creates
          FROM json_each(NEW.state, '$.changes') AS change GROUP BY 1) AS added
    WHERE tenant.tenant_id = added.tenant_id;

    SELECT RAISE(ABORT, 'quota_exceeded:agents')
    FROM json_each(NEW.state, '$.changes') AS change JOIN tenant ON tenant_id = change.value ->> 'tenantId'
    WHERE change.value ->> '$.delta.agents' > 0 AND agents > change.value ->> '$.bounds.agents';
    SELECT RAISE(ABORT, 'quota_exceeded:activeAgents')
    FROM json_each(NEW.state, '$.changes') AS change JOIN tenant ON tenant_id = change.value ->> 'tenantId'
    WHERE change.value ->> '$.delta.activeAgents' > 0 AND active_agents > change.value ->> '$.bounds.activeAgents';
    SELECT RAISE(ABORT, 'quota_exceeded:creates')
    FROM json_each(NEW.state, '$.changes') AS change JOIN tenant ON tenant_id = change.value ->> 'tenantId'
    WHERE change.value ->> '$.delta.creates' > 0 AND creates > change.value ->> '$.bounds.creates';

    INSERT INTO change_log (tenant_id, revision, event_id, kind, agent_id, agent_name, agent_version, status, at,
                            actor, role, correlation_id, note)
    SELECT tenant_id, revision - json_array_length(NEW.state, '$.changes') + 1 + change.key,
           change.value ->> 'eventId', change.value ->> 'kind', change.value ->> 'agentId', change.value ->> 'agentName',
           change.value ->> 'version', change.value ->> 'status', strftime('%Y-%m-%dT%H:%M:%fZ', change.value ->> 'at'),
           change.value ->> 'actor', change.value ->> 'role', change.value ->> 'correlationId', change.value ->> 'note'
    FROM json_each(NEW.state, '$.changes') AS change JOIN tenant ON tenant_id = change.value ->> 'tenantId';

    DELETE FROM idempotency WHERE (tenant_id, idempotency_key) IN (
        SELECT old.tenant_id, old.idempotency_key
        FROM json_each(NEW.state, '$.changes') AS change JOIN idempotency AS old ON old.tenant_id = change.value ->> 'tenantId'
        WHERE change.value ->> 'idempotencyKey' IS NOT NULL
          AND old.created_at <= strftime('%Y-%m-%dT%H:%M:%fZ', change.value ->> 'at', '-24 hours'));
    SELECT RAISE(ABORT, 'idempotency_conflict')
    FROM json_each(NEW.state, '$.changes') AS change JOIN idempotency
      ON tenant_id = change.value ->> 'tenantId' AND idempotency_key = change.value ->> 'idempotencyKey';
    INSERT INTO idempotency (tenant_id, idempotency_key, fingerprint, kind, agent_id, document, created_at)
    SELECT change.value ->> 'tenantId', change.value ->> 'idempotencyKey', change.value ->> 'fingerprint',
           change.value ->> 'kind', change.value ->> 'agentId', NEW.state ->> 'agent',
           strftime('%Y-%m-%dT%H:%M:%fZ', change.value ->> 'at')
    FROM json_each(NEW.state, '$.changes') AS change WHERE change.value ->> 'idempotencyKey' IS NOT NULL;

    -- A state without an agent is a purge.
    DELETE FROM agent_version WHERE json_type(NEW.state, '$.agent') IS NOT 'object' AND (tenant_id, agent_id) IN (
        SELECT change.value ->> 'tenantId', change.value ->> 'agentId' FROM json_each(NEW.state, '$.changes') AS change);
    DELETE FROM agent_index WHERE json_type(NEW.state, '$.agent') IS NOT 'object' AND (tenant_id, agent_id) IN (
        SELECT change.value ->> 'tenantId', change.value ->> 'agentId' FROM json_each(NEW.state, '$.changes') AS change);
    UPDATE idempotency SET document = NULL
    WHERE json_type(NEW.state, '$.agent') IS NOT 'object' AND (tenant_id, agent_id) IN (
        SELECT change.value ->> 'tenantId', change.value ->> 'agentId' FROM json_each(NEW.state, '$.changes') AS change);

    INSERT INTO agent_version (tenant_id, agent_id, version, document)
    SELECT change.value ->> 'tenantId', change.value ->> 'agentId', change.value ->> 'version', NEW.state -> 'agent'
    FROM json_each(NEW.state, '$.changes') AS change WHERE json_type(NEW.state, '$.agent') = 'object';
    DELETE FROM agent_version WHERE (tenant_id, agent_id, version) IN (
        SELECT old.tenant_id, old.agent_id, old.version
        FROM json_each(NEW.state, '$.changes') AS change JOIN agent_version AS old
          ON old.tenant_id = change.value ->> 'tenantId' AND old.agent_id = change.value ->> 'agentId'
        WHERE old.version BETWEEN change.value ->> 'version' - change.value ->> 'versionsKept' - 20
                              AND change.value ->> 'version' - change.value ->> 'versionsKept');

    INSERT INTO agent_index (tenant_id, agent_id, name, name_key, description, type, status, tags, search_text, version,
                             created_at, updated_at)
    SELECT change.value ->> 'tenantId', change.value ->> 'agentId', NEW.state ->> '$.agent.name',
           change.value ->> '$.search.name', NEW.state ->> '$.agent.description', NEW.state ->> '$.agent.type',
           NEW.state ->> '$.agent.status', change.value ->> '$.search.tags', change.value ->> '$.search.text',
           change.value ->> 'version', strftime('%Y-%m-%dT%H:%M:%fZ', NEW.state ->> '$.agent.createdAt'),
           strftime('%Y-%m-%dT%H:%M:%fZ', NEW.state ->> '$.agent.updatedAt')
    FROM json_each(NEW.state, '$.changes') AS change WHERE json_type(NEW.state, '$.agent') = 'object'
    ON CONFLICT (tenant_id, agent_id) DO UPDATE SET
        name = excluded.name, name_key = excluded.name_key, description = excluded.description, type = excluded.type,
        status = excluded.status, tags = excluded.tags, search_text = excluded.search_text, version = excluded.version,
        created_at = excluded.created_at, updated_at = excluded.updated_at;
END;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('ReadFromStorageKey',
 'SELECT payload AS PayloadBinary, version AS Version FROM grain_state
  WHERE service_id = @ServiceId AND state_name = @GrainTypeString AND grain_key = @GrainIdExtensionString'),
-- The log tells whether the write happened, whatever other writers did since; a state without changes tells itself.
('WriteToStorageKey',
 'INSERT INTO grain_write (service_id, state_name, grain_key, expected_version, state)
  VALUES (@ServiceId, @GrainTypeString, @GrainIdExtensionString, @GrainStateVersion, CAST(@PayloadBinary AS TEXT));
  SELECT COALESCE(@GrainStateVersion, 0) + 1 AS NewGrainStateVersion
  WHERE EXISTS (SELECT 1 FROM change_log WHERE event_id = CAST(@PayloadBinary AS TEXT) ->> ''$.changes[0].eventId'')
     OR EXISTS (SELECT 1 FROM grain_state
                WHERE service_id = @ServiceId AND state_name = @GrainTypeString AND grain_key = @GrainIdExtensionString
                  AND version = COALESCE(@GrainStateVersion, 0) + 1 AND payload = @PayloadBinary)'),
('ClearStorageKey',
 'UPDATE grain_state SET payload = NULL, version = version + 1
  WHERE service_id = @ServiceId AND state_name = @GrainTypeString AND grain_key = @GrainIdExtensionString
    AND version = @GrainStateVersion
  RETURNING version AS NewGrainStateVersion');
