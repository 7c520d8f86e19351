-- See the script of the same name for PostgreSQL.
CREATE TABLE maintenance (
    one    INTEGER NOT NULL DEFAULT 1 PRIMARY KEY CHECK (one = 1),
    until  TEXT    NOT NULL,
    reason TEXT    NOT NULL
) STRICT;

CREATE TRIGGER tenant_is_not_advanced_in_maintenance BEFORE UPDATE OF revision ON tenant
BEGIN
    SELECT RAISE(ABORT, 'writes_are_stopped') FROM maintenance WHERE until > strftime('%Y-%m-%dT%H:%M:%fZ', 'now');
END;
