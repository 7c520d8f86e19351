-- See the script of the same name for PostgreSQL. SQLite has no SHA-256: change_hash and document_hash are functions that the
-- service gives each of its connections (Silo/Storage/SqliteSource.cs).
ALTER TABLE tenant ADD COLUMN head_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE change_log ADD COLUMN address TEXT;
ALTER TABLE change_log ADD COLUMN document_hash TEXT;
ALTER TABLE change_log ADD COLUMN hash TEXT;
ALTER TABLE task ADD COLUMN address TEXT;

DROP TRIGGER change_log_is_not_updated;
UPDATE change_log SET document_hash = (
    SELECT document_hash(document) FROM agent_version AS kept
    WHERE kept.tenant_id = change_log.tenant_id AND kept.agent_id = change_log.agent_id AND kept.version = change_log.agent_version
    UNION ALL
    SELECT document_hash(document) FROM template_version AS kept
    WHERE kept.tenant_id = change_log.tenant_id AND 'template/' || kept.template_id = change_log.agent_id
      AND kept.version = change_log.agent_version);

CREATE TABLE chained (tenant_id TEXT NOT NULL, revision INTEGER NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (tenant_id, revision)) STRICT;
WITH RECURSIVE chain AS (
    SELECT tenant_id, 0 AS revision, '' AS hash FROM tenant
    UNION ALL
    SELECT log.tenant_id, log.revision, change_hash(
        '1', chain.hash, log.tenant_id, log.revision, log.event_id, log.kind, log.agent_id, log.agent_name, log.agent_version,
        log.status, replace(log.at, 'Z', '000Z'), log.actor, log.role, NULL, log.correlation_id, log.note, log.details, log.document_hash)
    FROM chain JOIN change_log AS log ON log.tenant_id = chain.tenant_id AND log.revision = chain.revision + 1
)
INSERT INTO chained (tenant_id, revision, hash) SELECT tenant_id, revision, hash FROM chain WHERE revision > 0;
UPDATE change_log SET hash = chained.hash FROM chained
WHERE chained.tenant_id = change_log.tenant_id AND chained.revision = change_log.revision;
UPDATE tenant SET head_hash = chained.hash FROM chained
WHERE chained.tenant_id = tenant.tenant_id AND chained.revision = tenant.revision;
DROP TABLE chained;
CREATE TRIGGER change_log_is_not_updated BEFORE UPDATE ON change_log
BEGIN
    SELECT RAISE(ABORT, 'change_log is insert-only');
END;

DROP TRIGGER change_write_is_logged;
CREATE TRIGGER change_write_is_logged INSTEAD OF INSERT ON change_write
BEGIN
    INSERT INTO tenant (tenant_id, revision, agents, active_agents, creates_on, creates)
    VALUES (NEW.change ->> 'tenantId', 0, 0, 0, date(NEW.change ->> 'at'), 0)
    ON CONFLICT DO NOTHING;
    UPDATE tenant SET
        revision = revision + 1,
        agents = agents + (NEW.change ->> '$.delta.agents'),
        active_agents = active_agents + (NEW.change ->> '$.delta.activeAgents'),
        templates = templates + COALESCE(NEW.change ->> '$.delta.templates', 0),
        creates = CASE WHEN date(NEW.change ->> 'at') > creates_on THEN 0 ELSE creates END + (NEW.change ->> '$.delta.creates'),
        creates_on = max(creates_on, date(NEW.change ->> 'at'))
    WHERE tenant_id = NEW.change ->> 'tenantId';

    SELECT RAISE(ABORT, 'quota_exceeded:agents') FROM tenant
    WHERE tenant_id = NEW.change ->> 'tenantId' AND NEW.change ->> '$.delta.agents' > 0
      AND agents > NEW.change ->> '$.bounds.agents';
    SELECT RAISE(ABORT, 'quota_exceeded:activeAgents') FROM tenant
    WHERE tenant_id = NEW.change ->> 'tenantId' AND NEW.change ->> '$.delta.activeAgents' > 0
      AND active_agents > NEW.change ->> '$.bounds.activeAgents';
    SELECT RAISE(ABORT, 'quota_exceeded:creates') FROM tenant
    WHERE tenant_id = NEW.change ->> 'tenantId' AND NEW.change ->> '$.delta.creates' > 0
      AND creates > NEW.change ->> '$.bounds.creates';
    SELECT RAISE(ABORT, 'quota_exceeded:templates') FROM tenant
    WHERE tenant_id = NEW.change ->> 'tenantId' AND NEW.change ->> '$.delta.templates' > 0
      AND templates > NEW.change ->> '$.bounds.templates';

    INSERT INTO change_log (tenant_id, revision, event_id, kind, agent_id, agent_name, agent_version, status, at,
                            actor, role, address, correlation_id, note, details, document_hash, hash)
    SELECT tenant_id, revision, NEW.change ->> 'eventId', NEW.change ->> 'kind', NEW.change ->> 'agentId', NEW.change ->> 'agentName',
           NEW.change ->> 'version', NEW.change ->> 'status', strftime('%Y-%m-%dT%H:%M:%fZ', NEW.change ->> 'at'),
           NEW.change ->> 'actor', NEW.change ->> 'role', NEW.change ->> 'address', NEW.change ->> 'correlationId',
           NEW.change ->> 'note', NEW.change -> 'details', document_hash(NEW.document),
           change_hash(
               '1', head_hash, tenant_id, revision, NEW.change ->> 'eventId', NEW.change ->> 'kind', NEW.change ->> 'agentId',
               NEW.change ->> 'agentName', NEW.change ->> 'version', NEW.change ->> 'status',
               strftime('%Y-%m-%dT%H:%M:%f000Z', NEW.change ->> 'at'), NEW.change ->> 'actor', NEW.change ->> 'role',
               NEW.change ->> 'address', NEW.change ->> 'correlationId', NEW.change ->> 'note', NEW.change -> 'details',
               document_hash(NEW.document))
    FROM tenant WHERE tenant_id = NEW.change ->> 'tenantId';
    UPDATE tenant SET head_hash = (SELECT hash FROM change_log AS log WHERE log.tenant_id = tenant.tenant_id AND log.revision = tenant.revision)
    WHERE tenant_id = NEW.change ->> 'tenantId';

    DELETE FROM idempotency
    WHERE NEW.change ->> 'idempotencyKey' IS NOT NULL AND tenant_id = NEW.change ->> 'tenantId'
      AND created_at <= strftime('%Y-%m-%dT%H:%M:%fZ', NEW.change ->> 'at', '-24 hours');
    SELECT RAISE(ABORT, 'idempotency_conflict') FROM idempotency
    WHERE tenant_id = NEW.change ->> 'tenantId' AND idempotency_key = NEW.change ->> 'idempotencyKey';
    INSERT INTO idempotency (tenant_id, idempotency_key, fingerprint, kind, agent_id, document, created_at)
    SELECT NEW.change ->> 'tenantId', NEW.change ->> 'idempotencyKey', NEW.change ->> 'fingerprint', NEW.change ->> 'kind',
           NEW.change ->> 'agentId', NEW.document, strftime('%Y-%m-%dT%H:%M:%fZ', NEW.change ->> 'at')
    WHERE NEW.change ->> 'idempotencyKey' IS NOT NULL;
    -- What is purged leaves no answer with its content.
    UPDATE idempotency SET document = NULL
    WHERE NEW.document IS NULL AND tenant_id = NEW.change ->> 'tenantId' AND agent_id = NEW.change ->> 'agentId';

    INSERT INTO agent_write (change, agent) SELECT NEW.change, NEW.document WHERE NEW.resource = 'agent';
    INSERT INTO template_write (change, template, template_id)
    SELECT NEW.change, NEW.document, substr(NEW.change ->> 'agentId', length('template/') + 1) WHERE NEW.resource = 'template';
    UPDATE tenant SET settings = NEW.document WHERE NEW.resource = 'tenant' AND tenant_id = NEW.change ->> 'tenantId';
END;

CREATE TABLE audit_check (
    tenant_id  TEXT    NOT NULL PRIMARY KEY,
    revision   INTEGER NOT NULL CHECK (revision >= 0),
    hash       TEXT    NOT NULL,
    checked_at TEXT    NOT NULL
) STRICT;

CREATE TABLE refusal (
    refusal_id     TEXT    NOT NULL PRIMARY KEY,
    tenant_id      TEXT,
    at             TEXT    NOT NULL,
    status         INTEGER NOT NULL,
    code           TEXT    NOT NULL,
    operation      TEXT    NOT NULL,
    subject        TEXT,
    role           TEXT,
    address        TEXT,
    correlation_id TEXT,
    count          INTEGER NOT NULL CHECK (count > 0)
) STRICT;
CREATE INDEX refusal_of_tenant ON refusal (tenant_id, refusal_id);
CREATE INDEX refusal_by_age ON refusal (at);
