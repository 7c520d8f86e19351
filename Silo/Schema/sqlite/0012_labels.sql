-- See the script of the same name for PostgreSQL.
CREATE TABLE agent_label (
    kind      TEXT NOT NULL,
    value     TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    agent_id  TEXT NOT NULL,
    PRIMARY KEY (kind, value, tenant_id, agent_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX agent_label_of_agent ON agent_label (tenant_id, agent_id);

CREATE TRIGGER agent_index_has_labels AFTER INSERT ON agent_index
BEGIN
    INSERT INTO agent_label (kind, value, tenant_id, agent_id)
    WITH RECURSIVE label (kind, value, remaining) AS (
        VALUES ('tag', '', NEW.tags), ('tool', '', NEW.tool_keys), ('handoff', '', NEW.handoffs), ('model', '', NEW.models)
        UNION ALL
        SELECT kind, substr(remaining, 1, instr(remaining, char(10)) - 1), substr(remaining, instr(remaining, char(10)) + 1)
        FROM label WHERE remaining <> ''
    )
    SELECT DISTINCT kind, value, NEW.tenant_id, NEW.agent_id FROM label WHERE value <> '';
END;

CREATE TRIGGER agent_index_changes_labels AFTER UPDATE ON agent_index
WHEN (OLD.tags, OLD.tool_keys, OLD.handoffs, OLD.models) <> (NEW.tags, NEW.tool_keys, NEW.handoffs, NEW.models)
BEGIN
    DELETE FROM agent_label WHERE tenant_id = OLD.tenant_id AND agent_id = OLD.agent_id;
    INSERT INTO agent_label (kind, value, tenant_id, agent_id)
    WITH RECURSIVE label (kind, value, remaining) AS (
        VALUES ('tag', '', NEW.tags), ('tool', '', NEW.tool_keys), ('handoff', '', NEW.handoffs), ('model', '', NEW.models)
        UNION ALL
        SELECT kind, substr(remaining, 1, instr(remaining, char(10)) - 1), substr(remaining, instr(remaining, char(10)) + 1)
        FROM label WHERE remaining <> ''
    )
    SELECT DISTINCT kind, value, NEW.tenant_id, NEW.agent_id FROM label WHERE value <> '';
END;

CREATE TRIGGER agent_index_needs_no_labels AFTER DELETE ON agent_index
BEGIN
    DELETE FROM agent_label WHERE tenant_id = OLD.tenant_id AND agent_id = OLD.agent_id;
END;

INSERT INTO agent_label (kind, value, tenant_id, agent_id)
WITH RECURSIVE label (tenant_id, agent_id, kind, value, remaining) AS (
    SELECT tenant_id, agent_id, 'tag', '', tags FROM agent_index
    UNION ALL SELECT tenant_id, agent_id, 'tool', '', tool_keys FROM agent_index
    UNION ALL SELECT tenant_id, agent_id, 'handoff', '', handoffs FROM agent_index
    UNION ALL SELECT tenant_id, agent_id, 'model', '', models FROM agent_index
    UNION ALL
    SELECT tenant_id, agent_id, kind, substr(remaining, 1, instr(remaining, char(10)) - 1), substr(remaining, instr(remaining, char(10)) + 1)
    FROM label WHERE remaining <> ''
)
SELECT DISTINCT kind, value, tenant_id, agent_id FROM label WHERE value <> '';
