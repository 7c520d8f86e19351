-- See the script of the same name for PostgreSQL. What are functions there are views here, whose triggers do the work of
-- each row that is inserted into them.
ALTER TABLE tenant ADD COLUMN templates INTEGER NOT NULL DEFAULT 0 CHECK (templates >= 0);
ALTER TABLE tenant ADD COLUMN settings TEXT;

CREATE TABLE template_version (
    tenant_id   TEXT    NOT NULL,
    template_id TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    document    TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, template_id, version)
) STRICT;

CREATE TABLE template_index (
    tenant_id   TEXT    NOT NULL,
    template_id TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    description TEXT,
    type        TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    created_at  TEXT    NOT NULL,
    updated_at  TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, template_id)
) STRICT;

ALTER TABLE agent_index ADD COLUMN template_id TEXT;
ALTER TABLE agent_index ADD COLUMN template_version INTEGER;
ALTER TABLE agent_index ADD COLUMN tool_keys TEXT NOT NULL DEFAULT '';
ALTER TABLE agent_index ADD COLUMN handoffs TEXT NOT NULL DEFAULT '';
ALTER TABLE agent_index ADD COLUMN models TEXT NOT NULL DEFAULT '';
ALTER TABLE agent_index ADD COLUMN degraded TEXT NOT NULL DEFAULT '';
ALTER TABLE agent_index ADD COLUMN tools INTEGER NOT NULL DEFAULT 0;
ALTER TABLE agent_index ADD COLUMN mcp_servers INTEGER NOT NULL DEFAULT 0;
ALTER TABLE agent_index ADD COLUMN collections INTEGER NOT NULL DEFAULT 0;
ALTER TABLE agent_index ADD COLUMN instruction_characters INTEGER NOT NULL DEFAULT 0;
CREATE INDEX agent_index_by_template ON agent_index (tenant_id, template_id, template_version);

UPDATE agent_index AS found SET
    tool_keys = COALESCE((SELECT group_concat(char(10) || (tool.value ->> 'id') || char(10), '') FROM json_each(kept.config, '$.tools') AS tool
                          WHERE tool.type = 'object' AND json_type(tool.value, '$.inputSchema') IS NULL), ''),
    handoffs = COALESCE((SELECT group_concat(char(10) || (handoff.value ->> 'agentId') || char(10), '')
                         FROM json_each(kept.config, '$.handoffs') AS handoff WHERE handoff.type = 'object'), ''),
    models = COALESCE((SELECT char(10) || (kept.config ->> '$.model.provider') || '/' || (kept.config ->> '$.model.id') || char(10)), '')
        || COALESCE((SELECT group_concat(char(10) || (model.value ->> 'provider') || '/' || (model.value ->> 'id') || char(10), '')
                     FROM json_each(kept.config, '$.model.fallbacks') AS model WHERE model.type = 'object'), ''),
    tools = COALESCE(json_array_length(kept.config, '$.tools'), 0),
    mcp_servers = COALESCE(json_array_length(kept.config, '$.mcpServers'), 0),
    collections = COALESCE(json_array_length(kept.config, '$.knowledge.collections'), 0),
    instruction_characters = COALESCE(length(kept.config ->> '$.instructions.template'), 0)
FROM (SELECT tenant_id, agent_id, version, document -> 'config' AS config FROM agent_version) AS kept
WHERE kept.tenant_id = found.tenant_id AND kept.agent_id = found.agent_id AND kept.version = found.version;

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

    INSERT INTO change_write (change, resource, document)
    SELECT change.value, COALESCE(change.value ->> 'resource', 'agent'),
           CASE WHEN json_type(NEW.state, '$.' || COALESCE(change.value ->> 'resource', 'agent')) = 'object'
                THEN NEW.state -> COALESCE(change.value ->> 'resource', 'agent') END
    FROM json_each(NEW.state, '$.changes') AS change;
END;

CREATE VIEW change_write AS SELECT '' AS change, '' AS resource, '' AS document WHERE 0;
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
                            actor, role, correlation_id, note, details)
    SELECT tenant_id, revision, NEW.change ->> 'eventId', NEW.change ->> 'kind', NEW.change ->> 'agentId', NEW.change ->> 'agentName',
           NEW.change ->> 'version', NEW.change ->> 'status', strftime('%Y-%m-%dT%H:%M:%fZ', NEW.change ->> 'at'),
           NEW.change ->> 'actor', NEW.change ->> 'role', NEW.change ->> 'correlationId', NEW.change ->> 'note', NEW.change -> 'details'
    FROM tenant WHERE tenant_id = NEW.change ->> 'tenantId';

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

CREATE VIEW agent_write AS SELECT '' AS change, '' AS agent WHERE 0;
CREATE TRIGGER agent_write_is_kept INSTEAD OF INSERT ON agent_write
BEGIN
    DELETE FROM agent_version
    WHERE NEW.agent IS NULL AND tenant_id = NEW.change ->> 'tenantId' AND agent_id = NEW.change ->> 'agentId';
    DELETE FROM agent_index
    WHERE NEW.agent IS NULL AND tenant_id = NEW.change ->> 'tenantId' AND agent_id = NEW.change ->> 'agentId';

    INSERT INTO agent_version (tenant_id, agent_id, version, document)
    SELECT NEW.change ->> 'tenantId', NEW.change ->> 'agentId', NEW.change ->> 'version', NEW.agent WHERE NEW.agent IS NOT NULL;
    DELETE FROM agent_version
    WHERE tenant_id = NEW.change ->> 'tenantId' AND agent_id = NEW.change ->> 'agentId'
      AND version BETWEEN NEW.change ->> 'version' - NEW.change ->> 'versionsKept' - 20
                      AND NEW.change ->> 'version' - NEW.change ->> 'versionsKept';

    INSERT INTO agent_index (tenant_id, agent_id, name, name_key, description, type, status, tags, search_text, version,
                             created_at, updated_at, template_id, template_version, tool_keys, handoffs, models, degraded,
                             tools, mcp_servers, collections, instruction_characters)
    SELECT NEW.change ->> 'tenantId', NEW.change ->> 'agentId', NEW.agent ->> 'name', NEW.change ->> '$.search.name',
           NEW.agent ->> 'description', NEW.agent ->> 'type', NEW.agent ->> 'status', NEW.change ->> '$.search.tags',
           NEW.change ->> '$.search.text', NEW.change ->> 'version',
           strftime('%Y-%m-%dT%H:%M:%fZ', NEW.agent ->> 'createdAt'), strftime('%Y-%m-%dT%H:%M:%fZ', NEW.agent ->> 'updatedAt'),
           NEW.agent ->> '$.derivation.templateId', NEW.agent ->> '$.derivation.version',
           COALESCE(NEW.change ->> '$.search.tools', ''), COALESCE(NEW.change ->> '$.search.handoffs', ''),
           COALESCE(NEW.change ->> '$.search.models', ''), COALESCE(NEW.change ->> '$.search.degraded', ''),
           COALESCE(NEW.change ->> '$.sizes.tools', 0), COALESCE(NEW.change ->> '$.sizes.mcpServers', 0),
           COALESCE(NEW.change ->> '$.sizes.collections', 0), COALESCE(NEW.change ->> '$.sizes.instructionCharacters', 0)
    WHERE NEW.agent IS NOT NULL
    ON CONFLICT (tenant_id, agent_id) DO UPDATE SET
        name = excluded.name, name_key = excluded.name_key, description = excluded.description, type = excluded.type,
        status = excluded.status, tags = excluded.tags, search_text = excluded.search_text, version = excluded.version,
        created_at = excluded.created_at, updated_at = excluded.updated_at,
        template_id = excluded.template_id, template_version = excluded.template_version, tool_keys = excluded.tool_keys,
        handoffs = excluded.handoffs, models = excluded.models, degraded = excluded.degraded, tools = excluded.tools,
        mcp_servers = excluded.mcp_servers, collections = excluded.collections,
        instruction_characters = excluded.instruction_characters;
END;

CREATE VIEW template_write AS SELECT '' AS change, '' AS template, '' AS template_id WHERE 0;
CREATE TRIGGER template_write_is_kept INSTEAD OF INSERT ON template_write
BEGIN
    DELETE FROM template_version
    WHERE NEW.template IS NULL AND tenant_id = NEW.change ->> 'tenantId' AND template_id = NEW.template_id;
    DELETE FROM template_index
    WHERE NEW.template IS NULL AND tenant_id = NEW.change ->> 'tenantId' AND template_id = NEW.template_id;

    INSERT INTO template_version (tenant_id, template_id, version, document)
    SELECT NEW.change ->> 'tenantId', NEW.template_id, NEW.change ->> 'version', NEW.template WHERE NEW.template IS NOT NULL;
    -- A version that an agent was made from stays, since upgrading the agent starts from it.
    DELETE FROM template_version
    WHERE tenant_id = NEW.change ->> 'tenantId' AND template_id = NEW.template_id
      AND version <= NEW.change ->> 'version' - NEW.change ->> 'versionsKept'
      AND NOT EXISTS (SELECT 1 FROM agent_index AS derived
                      WHERE derived.tenant_id = NEW.change ->> 'tenantId' AND derived.template_id = NEW.template_id
                        AND derived.template_version = template_version.version);

    INSERT INTO template_index (tenant_id, template_id, name, description, type, version, created_at, updated_at)
    SELECT NEW.change ->> 'tenantId', NEW.template_id, NEW.template ->> 'name', NEW.template ->> 'description',
           NEW.template ->> 'type', NEW.change ->> 'version',
           strftime('%Y-%m-%dT%H:%M:%fZ', NEW.template ->> 'createdAt'), strftime('%Y-%m-%dT%H:%M:%fZ', NEW.template ->> 'updatedAt')
    WHERE NEW.template IS NOT NULL
    ON CONFLICT (tenant_id, template_id) DO UPDATE SET
        name = excluded.name, description = excluded.description, type = excluded.type, version = excluded.version,
        created_at = excluded.created_at, updated_at = excluded.updated_at;
END;
