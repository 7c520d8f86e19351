-- The version of a grain's state is the tenant's revision that its last change made, or the low 31 bits of it: the provider
-- hands the version back, so a grain knows where its change is in the log without reading it.
CREATE OR REPLACE FUNCTION write_grain_state(
    p_service_id text, p_state_name text, p_grain_key text, p_version integer, p_payload bytea) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_state     json := convert_from(p_payload, 'UTF8')::json;
    v_changes   json := COALESCE(v_state->'changes', '[]'::json);
    v_tenant_id text := v_changes->0->>'tenantId';
    v_change    json;
    v_revision  bigint;
    v_new       integer := COALESCE(p_version, 0) + 1;
BEGIN
    IF v_tenant_id IS NOT NULL THEN
        -- Until the end of the transaction nobody else advances the tenant.
        SELECT revision INTO v_revision FROM tenant WHERE tenant_id = v_tenant_id FOR UPDATE;
        IF NOT FOUND THEN
            INSERT INTO tenant (tenant_id, revision, agents, active_agents, creates_on, creates)
            VALUES (v_tenant_id, 0, 0, 0, ((v_changes->0->>'at')::timestamptz AT TIME ZONE 'UTC')::date, 0)
            ON CONFLICT DO NOTHING;
            SELECT revision INTO v_revision FROM tenant WHERE tenant_id = v_tenant_id FOR UPDATE;
        END IF;
        v_new := ((v_revision + json_array_length(v_changes)) % 2147483648)::integer;
    END IF;
    IF p_version IS NULL THEN
        INSERT INTO grain_state (service_id, state_name, grain_key, version, payload)
        VALUES (p_service_id, p_state_name, p_grain_key, v_new, p_payload)
        ON CONFLICT DO NOTHING;
    ELSE
        UPDATE grain_state SET version = v_new, payload = p_payload, modified_at = now()
        WHERE service_id = p_service_id AND state_name = p_state_name AND grain_key = p_grain_key AND version = p_version;
    END IF;
    IF NOT FOUND THEN
        RETURN p_version;
    END IF;
    FOR v_change IN SELECT value FROM json_array_elements(v_changes) LOOP
        PERFORM append_change(v_change, v_state);
    END LOOP;
    RETURN v_new;
END;
$$;
