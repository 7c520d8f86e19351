-- What lists look for of which an agent has several, a row each: an index finds it. Kept beside agent_index, in the same statement.
CREATE TABLE agent_label (
    kind      text             NOT NULL,
    value     text COLLATE "C" NOT NULL,
    tenant_id text             NOT NULL,
    agent_id  text COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, value, tenant_id, agent_id)
);
CREATE INDEX agent_label_of_agent ON agent_label (tenant_id, agent_id);

CREATE FUNCTION keep_labels() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM agent_label WHERE tenant_id = OLD.tenant_id AND agent_id = OLD.agent_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO agent_label (kind, value, tenant_id, agent_id)
        SELECT DISTINCT several.kind, label.value, NEW.tenant_id, NEW.agent_id
        FROM (VALUES ('tag', NEW.tags), ('tool', NEW.tool_keys), ('handoff', NEW.handoffs), ('model', NEW.models)) AS several (kind, items),
             unnest(string_to_array(several.items, chr(10))) AS label (value)
        WHERE label.value <> '';
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER agent_index_has_labels AFTER INSERT OR DELETE ON agent_index
    FOR EACH ROW EXECUTE FUNCTION keep_labels();
CREATE TRIGGER agent_index_changes_labels AFTER UPDATE ON agent_index FOR EACH ROW
    WHEN ((OLD.tags, OLD.tool_keys, OLD.handoffs, OLD.models) IS DISTINCT FROM (NEW.tags, NEW.tool_keys, NEW.handoffs, NEW.models))
    EXECUTE FUNCTION keep_labels();

INSERT INTO agent_label (kind, value, tenant_id, agent_id)
SELECT DISTINCT several.kind, label.value, found.tenant_id, found.agent_id
FROM agent_index AS found,
     LATERAL (VALUES ('tag', found.tags), ('tool', found.tool_keys), ('handoff', found.handoffs), ('model', found.models)) AS several (kind, items),
     LATERAL unnest(string_to_array(several.items, chr(10))) AS label (value)
WHERE label.value <> '';

DO $$
BEGIN
    GRANT SELECT, INSERT, DELETE ON agent_label TO agent_management_service;
EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
    RAISE NOTICE 'The role agent_management_service was given nothing new: this log-in may not. The service runs as the owner.';
END;
$$;
