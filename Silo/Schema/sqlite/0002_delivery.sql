-- See the script of the same name for PostgreSQL.
ALTER TABLE change_log ADD COLUMN details TEXT;

CREATE TABLE delivery (
    tenant_id   TEXT    NOT NULL,
    destination TEXT    NOT NULL,
    revision    INTEGER NOT NULL CHECK (revision >= 0),
    epoch       TEXT    NOT NULL,
    PRIMARY KEY (destination, tenant_id)
) STRICT;

-- As before, with the details.
DROP TRIGGER grain_write_is_a_change;
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
                            actor, role, correlation_id, note, details)
    SELECT tenant_id, revision - json_array_length(NEW.state, '$.changes') + 1 + change.key,
           change.value ->> 'eventId', change.value ->> 'kind', change.value ->> 'agentId', change.value ->> 'agentName',
           change.value ->> 'version', change.value ->> 'status', strftime('%Y-%m-%dT%H:%M:%fZ', change.value ->> 'at'),
           change.value ->> 'actor', change.value ->> 'role', change.value ->> 'correlationId', change.value ->> 'note', change.value -> 'details'
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
