-- See the script of the same name for PostgreSQL.
DROP TRIGGER grain_write_is_a_change;
CREATE TRIGGER grain_write_is_a_change INSTEAD OF INSERT ON grain_write
BEGIN
    -- Another version than expected: nothing happens, and the query after this statement finds no row.
    SELECT RAISE(IGNORE) WHERE NEW.expected_version IS NOT (
        SELECT version FROM grain_state
        WHERE service_id = NEW.service_id AND state_name = NEW.state_name AND grain_key = NEW.grain_key);

    INSERT INTO grain_state (service_id, state_name, grain_key, version, payload, modified_at)
    VALUES (NEW.service_id, NEW.state_name, NEW.grain_key,
            CASE WHEN NEW.state ->> '$.changes[0].tenantId' IS NULL THEN COALESCE(NEW.expected_version, 0) + 1
                 ELSE (COALESCE((SELECT revision FROM tenant WHERE tenant_id = NEW.state ->> '$.changes[0].tenantId'), 0)
                       + json_array_length(NEW.state, '$.changes')) % 2147483648 END,
            CAST(NEW.state AS BLOB), strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
    ON CONFLICT (service_id, state_name, grain_key) DO UPDATE SET
        version = excluded.version, payload = excluded.payload, modified_at = excluded.modified_at;

    INSERT INTO change_write (change, resource, document)
    SELECT change.value, COALESCE(change.value ->> 'resource', 'agent'),
           CASE WHEN json_type(NEW.state, '$.' || COALESCE(change.value ->> 'resource', 'agent')) = 'object'
                THEN NEW.state -> COALESCE(change.value ->> 'resource', 'agent') END
    FROM json_each(NEW.state, '$.changes') AS change;
END;

-- The log tells whether the write happened, whatever other writers did since; a state without changes tells itself.
UPDATE OrleansQuery SET QueryText =
 'INSERT INTO grain_write (service_id, state_name, grain_key, expected_version, state)
  VALUES (@ServiceId, @GrainTypeString, @GrainIdExtensionString, @GrainStateVersion, CAST(@PayloadBinary AS TEXT));
  SELECT revision % 2147483648 AS NewGrainStateVersion FROM change_log
  WHERE event_id = CAST(@PayloadBinary AS TEXT) ->> ''$.changes[#-1].eventId''
  UNION ALL
  SELECT version FROM grain_state
  WHERE service_id = @ServiceId AND state_name = @GrainTypeString AND grain_key = @GrainIdExtensionString
    AND CAST(@PayloadBinary AS TEXT) ->> ''$.changes[0].eventId'' IS NULL
    AND version = COALESCE(@GrainStateVersion, 0) + 1 AND payload = @PayloadBinary'
WHERE QueryKey = 'WriteToStorageKey';
