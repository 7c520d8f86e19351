-- The same as Schema/postgresql.

CREATE TABLE task (
    tenant_id      TEXT    NOT NULL,
    task_id        TEXT    NOT NULL,
    kind           TEXT    NOT NULL,
    status         TEXT    NOT NULL CHECK (status IN ('queued', 'running', 'completed', 'failed')),
    done           INTEGER NOT NULL CHECK (done >= 0 AND done <= total),
    total          INTEGER NOT NULL,
    attempts       INTEGER NOT NULL,
    result         TEXT,
    error_code     TEXT,
    error_message  TEXT,
    fingerprint    TEXT,
    subject        TEXT    NOT NULL,
    role           TEXT    NOT NULL,
    tier           TEXT,
    correlation_id TEXT    NOT NULL,
    created_at     TEXT    NOT NULL,
    updated_at     TEXT    NOT NULL,
    finished_at    TEXT,
    PRIMARY KEY (tenant_id, task_id)
) STRICT;
CREATE INDEX task_by_creation ON task (tenant_id, created_at);
CREATE INDEX task_unfinished ON task (updated_at) WHERE finished_at IS NULL;
CREATE INDEX task_finished ON task (finished_at) WHERE finished_at IS NOT NULL;

-- Apart from the row, since an update writes all of a row anew.
CREATE TABLE task_input (
    tenant_id TEXT NOT NULL,
    task_id   TEXT NOT NULL,
    lines     TEXT NOT NULL,
    PRIMARY KEY (tenant_id, task_id)
) STRICT;

CREATE INDEX agent_index_archived ON agent_index (updated_at) WHERE status = 'archived';
