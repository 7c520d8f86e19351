-- Work that is done in the background. The row is the truth; the queue in Redis only says where there is work.
CREATE TABLE task (
    tenant_id      text        NOT NULL,
    task_id        text        NOT NULL,
    kind           text        NOT NULL,
    status         text        NOT NULL CHECK (status IN ('queued', 'running', 'completed', 'failed')),
    done           integer     NOT NULL CHECK (done >= 0 AND done <= total),
    total          integer     NOT NULL,
    attempts       integer     NOT NULL,
    result         text,
    error_code     text,
    error_message  text,
    fingerprint    text,
    subject        text        NOT NULL,
    role           text        NOT NULL,
    tier           text,
    correlation_id text        NOT NULL,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    finished_at    timestamptz,
    PRIMARY KEY (tenant_id, task_id)
);
CREATE INDEX task_by_creation ON task (tenant_id, created_at);
CREATE INDEX task_unfinished ON task (updated_at) WHERE finished_at IS NULL;
CREATE INDEX task_finished ON task (finished_at) WHERE finished_at IS NOT NULL;

-- The lines that a task works on, until its end. Apart from the row, which is written with every step.
CREATE TABLE task_input (
    tenant_id text NOT NULL,
    task_id   text NOT NULL,
    lines     text NOT NULL,
    PRIMARY KEY (tenant_id, task_id)
);

-- Finds the agents whose time to be restored has passed.
CREATE INDEX agent_index_archived ON agent_index (updated_at) WHERE status = 'archived';

DO $$
BEGIN
    GRANT SELECT, INSERT, UPDATE, DELETE ON task, task_input TO agent_management_service;
EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
    RAISE NOTICE 'Nothing was granted to the role agent_management_service. The service runs as the owner.';
END;
$$;
