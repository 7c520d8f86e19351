-- API keys (docs/api-keys.md): their changes are of the log, like all others; and tasks know the permissions of who began them.
ALTER TABLE task ADD COLUMN granted text;

CREATE OR REPLACE FUNCTION append_change(change json, state json) RETURNS void
LANGUAGE plpgsql AS $$
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
