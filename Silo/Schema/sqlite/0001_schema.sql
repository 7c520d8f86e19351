-- The same as Schema/postgresql, for one process without a server. Times are text, yyyy-MM-ddTHH:mm:ss.fffZ.

-- The stock ADO.NET provider of Orleans reads its SQL from here.
CREATE TABLE OrleansQuery (
    QueryKey  TEXT    NOT NULL PRIMARY KEY,
    QueryText TEXT    NOT NULL
) STRICT;

-- The state of every grain. The primary key is what makes two racing first writes one row.
CREATE TABLE grain_state (
    service_id TEXT    NOT NULL,
    state_name TEXT    NOT NULL,
    grain_key  TEXT    NOT NULL,
    version    INTEGER NOT NULL CHECK (version > 0),
    payload    BLOB,
    PRIMARY KEY (service_id, state_name, grain_key)
) STRICT;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('ReadFromStorageKey',
 'SELECT payload AS PayloadBinary, version AS Version FROM grain_state
  WHERE service_id = @ServiceId AND state_name = @GrainTypeString AND grain_key = @GrainIdExtensionString'),
('WriteToStorageKey',
 'INSERT INTO grain_state (service_id, state_name, grain_key, version, payload)
  VALUES (@ServiceId, @GrainTypeString, @GrainIdExtensionString, 1, @PayloadBinary)
  ON CONFLICT (service_id, state_name, grain_key) DO UPDATE SET version = grain_state.version + 1, payload = excluded.payload
  WHERE grain_state.version = @GrainStateVersion
  RETURNING version AS NewGrainStateVersion'),
('ClearStorageKey',
 'UPDATE grain_state SET payload = NULL, version = version + 1
  WHERE service_id = @ServiceId AND state_name = @GrainTypeString AND grain_key = @GrainIdExtensionString
    AND version = @GrainStateVersion
  RETURNING version AS NewGrainStateVersion');

-- A tenant: where its log ends, what its quotas count, and what was set of it.
-- Whoever changes anything of a tenant holds this row.
CREATE TABLE tenant (
    tenant_id     TEXT    NOT NULL PRIMARY KEY,
    revision      INTEGER NOT NULL DEFAULT 0  CHECK (revision >= 0),
    head_hash     TEXT    NOT NULL DEFAULT '',
    agents        INTEGER NOT NULL DEFAULT 0  CHECK (agents >= 0),
    active_agents INTEGER NOT NULL DEFAULT 0  CHECK (active_agents >= 0 AND active_agents <= agents),
    creates_on    TEXT    NOT NULL,
    creates       INTEGER NOT NULL DEFAULT 0  CHECK (creates >= 0),
    templates     INTEGER NOT NULL DEFAULT 0  CHECK (templates >= 0),
    file_bytes    INTEGER NOT NULL DEFAULT 0  CHECK (file_bytes >= 0),
    stored_bytes  INTEGER NOT NULL DEFAULT 0  CHECK (stored_bytes >= 0),
    settings      TEXT,
    settings_version INTEGER NOT NULL DEFAULT 0
) STRICT;

-- History, audit trail and event feed in one. agent_id is the subject: an agent's id, or the kind of something else before a '/'.
CREATE TABLE change_log (
    tenant_id      TEXT    NOT NULL,
    revision       INTEGER NOT NULL,
    event_id       TEXT    NOT NULL,
    kind           TEXT    NOT NULL,
    agent_id       TEXT    NOT NULL,
    agent_name     TEXT    NOT NULL,
    agent_version  INTEGER NOT NULL,
    status         TEXT    NOT NULL,
    at             TEXT    NOT NULL,
    actor          TEXT    NOT NULL,
    role           TEXT    NOT NULL,
    address        TEXT,
    correlation_id TEXT    NOT NULL,
    task_id        TEXT,
    note           TEXT,
    details        TEXT,
    document_hash  TEXT,
    hash           TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, revision),
    UNIQUE (tenant_id, agent_id, agent_version)
) STRICT;

CREATE TRIGGER change_log_is_not_updated BEFORE UPDATE ON change_log
BEGIN
    SELECT RAISE(ABORT, 'change_log is insert-only');
END;
CREATE TRIGGER change_log_is_not_deleted BEFORE DELETE ON change_log
BEGIN
    SELECT RAISE(ABORT, 'change_log is insert-only');
END;

-- The agent as it was at each version that is kept, letter for letter.
CREATE TABLE agent_version (
    tenant_id TEXT    NOT NULL,
    agent_id  TEXT    NOT NULL,
    version   INTEGER NOT NULL,
    document  TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, agent_id, version)
) STRICT;

-- What lists show, search and sort by, folded by the service; sizes as tiers count them. No index has a column that every change sets.
CREATE TABLE agent_index (
    tenant_id              TEXT    NOT NULL,
    agent_id               TEXT    NOT NULL,
    name                   TEXT    NOT NULL,
    name_key               TEXT    NOT NULL,
    description            TEXT,
    type                   TEXT    NOT NULL,
    status                 TEXT    NOT NULL,
    tags                   TEXT    NOT NULL,
    search_text            TEXT    NOT NULL,
    version                INTEGER NOT NULL,
    created_at             TEXT    NOT NULL,
    updated_at             TEXT    NOT NULL,
    updated_by             TEXT    NOT NULL,
    activated_at           TEXT,
    archived_at            TEXT,
    template_id            TEXT,
    template_version       INTEGER,
    tool_keys              TEXT    NOT NULL,
    handoffs               TEXT    NOT NULL,
    models                 TEXT    NOT NULL,
    model                  TEXT,
    degraded               TEXT    NOT NULL,
    tools                  INTEGER NOT NULL,
    mcp_servers            INTEGER NOT NULL,
    collections            INTEGER NOT NULL,
    instruction_characters INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, agent_id)
) STRICT;
CREATE INDEX agent_index_by_name ON agent_index (tenant_id, name_key, agent_id);
CREATE INDEX agent_index_by_creation ON agent_index (tenant_id, created_at, agent_id);
CREATE INDEX agent_index_by_template ON agent_index (tenant_id, template_id, template_version);
CREATE INDEX agent_index_archived ON agent_index (archived_at) WHERE archived_at IS NOT NULL;

-- What lists look for of which an agent has several: tags, tools, hand-offs, models.
CREATE TABLE agent_term (
    kind      TEXT    NOT NULL,
    value     TEXT    NOT NULL,
    tenant_id TEXT    NOT NULL,
    agent_id  TEXT    NOT NULL,
    PRIMARY KEY (kind, value, tenant_id, agent_id)
) STRICT;
CREATE INDEX agent_term_of_agent ON agent_term (tenant_id, agent_id);

-- What was done under each idempotency key, for 24 hours: the answer is that version of its subject.
CREATE TABLE idempotency (
    tenant_id       TEXT    NOT NULL,
    idempotency_key TEXT    NOT NULL,
    fingerprint     TEXT    NOT NULL,
    kind            TEXT    NOT NULL,
    agent_id        TEXT    NOT NULL,
    version         INTEGER NOT NULL,
    document_hash   TEXT,
    created_at      TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, idempotency_key)
) STRICT;
CREATE INDEX idempotency_by_age ON idempotency (created_at);

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

-- The records of files; their bytes are in the blob store (docs/files.md).
CREATE TABLE file_index (
    tenant_id  TEXT    NOT NULL,
    file_id    TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    media_type TEXT    NOT NULL,
    size       INTEGER NOT NULL,
    blob       TEXT    NOT NULL,
    created_at TEXT    NOT NULL,
    created_by TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, file_id)
) STRICT;

-- What a kept version mentions, whether there is such a file or not. The subject is as in the log.
CREATE TABLE file_use (
    tenant_id TEXT    NOT NULL,
    file_id   TEXT    NOT NULL,
    subject   TEXT    NOT NULL,
    version   INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, file_id, subject, version)
) STRICT;
CREATE INDEX file_use_by_version ON file_use (tenant_id, subject, version);

-- Which labels there are. What they are, with all that they have, is in grain_state.
CREATE TABLE label_index (
    tenant_id TEXT NOT NULL,
    label     TEXT NOT NULL,
    PRIMARY KEY (tenant_id, label)
) STRICT;

-- Which versions a label has of an agent: they cannot go.
CREATE TABLE label_assignment (
    tenant_id  TEXT    NOT NULL,
    label      TEXT    NOT NULL,
    agent_id   TEXT    NOT NULL,
    stable     INTEGER,
    candidate  INTEGER,
    weight     INTEGER NOT NULL CHECK (weight BETWEEN 0 AND 100000),
    release_id TEXT    NOT NULL,
    previous   INTEGER,
    revision   INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, label, agent_id),
    CHECK (stable IS NOT NULL OR candidate IS NOT NULL),
    FOREIGN KEY (tenant_id, agent_id, stable) REFERENCES agent_version (tenant_id, agent_id, version),
    FOREIGN KEY (tenant_id, agent_id, candidate) REFERENCES agent_version (tenant_id, agent_id, version)
) STRICT;
CREATE INDEX label_assignment_of_agent ON label_assignment (tenant_id, agent_id);

-- All releases, as their last change left them.
CREATE TABLE label_release (
    tenant_id  TEXT NOT NULL,
    release_id TEXT NOT NULL,
    label      TEXT NOT NULL,
    status     TEXT NOT NULL,
    document   TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    blocked_at TEXT,
    PRIMARY KEY (tenant_id, release_id)
) STRICT;
CREATE INDEX label_release_by_creation ON label_release (tenant_id, created_at, release_id);
CREATE INDEX label_release_unfinished ON label_release (tenant_id, label) WHERE status IN ('open', 'ready', 'running', 'paused');

-- What checks say of versions, as commit statuses do.
CREATE TABLE version_check (
    tenant_id TEXT    NOT NULL,
    agent_id  TEXT    NOT NULL,
    version   INTEGER NOT NULL,
    name      TEXT    NOT NULL,
    ok        INTEGER NOT NULL CHECK (ok IN (0, 1)),
    url       TEXT,
    at        TEXT    NOT NULL,
    by        TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, agent_id, version, name)
) STRICT;

-- What runtimes report of themselves. Whether one still reports is known in memory; here is what changes, and when it fell silent.
CREATE TABLE runtime (
    tenant_id      TEXT NOT NULL,
    instance       TEXT NOT NULL,
    label          TEXT,
    label_revision INTEGER,
    sdk            TEXT,
    since          TEXT NOT NULL,
    silent_at      TEXT,
    PRIMARY KEY (tenant_id, instance)
) STRICT;

-- Which runtime ran which version of an agent, from when to when; those without an end are run now, and cannot go.
CREATE TABLE applied_version (
    tenant_id TEXT NOT NULL,
    agent_id  TEXT NOT NULL,
    version   INTEGER NOT NULL,
    instance  TEXT NOT NULL,
    label     TEXT,
    first_at  TEXT NOT NULL,
    last_at   TEXT,
    PRIMARY KEY (tenant_id, agent_id, version, instance, first_at)
) STRICT;
CREATE UNIQUE INDEX applied_version_now ON applied_version (tenant_id, instance, agent_id, version) WHERE last_at IS NULL;
CREATE INDEX applied_version_ended ON applied_version (last_at) WHERE last_at IS NOT NULL;

-- Work that is done in the background. The row is the truth; the queue in Redis only says where there is work.
CREATE TABLE task (
    tenant_id      TEXT    NOT NULL,
    task_id        TEXT    NOT NULL,
    kind           TEXT    NOT NULL,
    status         TEXT    NOT NULL CHECK (status IN ('queued', 'running', 'completed', 'failed', 'expired')),
    done           INTEGER NOT NULL CHECK (done >= 0 AND done <= total),
    total          INTEGER NOT NULL,
    attempts       INTEGER NOT NULL,
    result         TEXT,
    error_code     TEXT,
    error_message  TEXT,
    fingerprint    TEXT,
    -- Who began it, with the permissions that an API key had (docs/api-keys.md).
    subject        TEXT    NOT NULL,
    role           TEXT    NOT NULL,
    tier           TEXT,
    address        TEXT,
    granted        TEXT,
    correlation_id TEXT    NOT NULL,
    created_at     TEXT    NOT NULL,
    -- Of its last step, so that one which never moves is seen to wait; queued_at is when it was queued again.
    updated_at     TEXT    NOT NULL,
    queued_at      TEXT,
    finished_at    TEXT,
    PRIMARY KEY (tenant_id, task_id)
) STRICT;
CREATE INDEX task_by_creation ON task (tenant_id, created_at);
CREATE INDEX task_unfinished ON task (updated_at) WHERE finished_at IS NULL;
CREATE INDEX task_finished ON task (finished_at) WHERE finished_at IS NOT NULL;

-- The lines that a task works on, until its end, in pieces that are each found by the number of the task's next line: an import
-- has up to 16 MiB of them. They come before the task, under a name of their own.
CREATE TABLE task_input (
    tenant_id  TEXT    NOT NULL,
    task_id    TEXT    NOT NULL,
    first_line INTEGER NOT NULL,
    lines      TEXT    NOT NULL,
    created_at TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, task_id, first_line)
) STRICT;

-- How far each sink has been told of each tenant's changes. Another incarnation than the sink has now means that it may have lost
-- what it was told.
CREATE TABLE sink_cursor (
    sink        TEXT    NOT NULL,
    tenant_id   TEXT    NOT NULL,
    revision    INTEGER NOT NULL CHECK (revision >= 0),
    incarnation TEXT    NOT NULL,
    PRIMARY KEY (sink, tenant_id)
) STRICT;

-- How far each webhook has got with its tenant's changes, and how it fares (docs/webhooks.md). The row comes and goes with the webhook.
CREATE TABLE webhook_cursor (
    tenant_id        TEXT    NOT NULL,
    webhook_id       TEXT    NOT NULL,
    is_enabled       INTEGER NOT NULL,
    revision         INTEGER NOT NULL CHECK (revision >= 0),
    attempts         INTEGER NOT NULL DEFAULT 0,
    failing_since    TEXT,
    next_attempt_at  TEXT,
    last_failure     TEXT,
    last_accepted_at TEXT,
    version          INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, webhook_id)
) STRICT;

-- Events that a webhook did not accept for a day though it accepted a ping, for 30 days. What they tell is in the log.
CREATE TABLE webhook_dead_letter (
    tenant_id  TEXT    NOT NULL,
    webhook_id TEXT    NOT NULL,
    revision   INTEGER NOT NULL,
    event_id   TEXT    NOT NULL,
    event      TEXT    NOT NULL,
    attempts   INTEGER NOT NULL,
    failure    TEXT    NOT NULL,
    at         TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, webhook_id, revision)
) STRICT;
CREATE INDEX webhook_dead_letter_by_age ON webhook_dead_letter (at);

-- How far each tenant's chain was found whole, and what it had there; and how far the round over all rows has come (docs/audit.md).
CREATE TABLE audit_check (
    tenant_id       TEXT    NOT NULL PRIMARY KEY,
    revision        INTEGER NOT NULL CHECK (revision >= 0),
    hash            TEXT    NOT NULL,
    checked_at      TEXT    NOT NULL,
    is_broken       INTEGER NOT NULL DEFAULT 0,
    round_revision  INTEGER NOT NULL DEFAULT 0 CHECK (round_revision >= 0),
    round_hash      TEXT    NOT NULL DEFAULT '',
    round_at        TEXT,
    round_is_broken INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Attempts that were denied. The id rises with the time; the tenant is null where none is known.
CREATE TABLE denied_attempt (
    attempt_id     TEXT    NOT NULL PRIMARY KEY,
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
CREATE INDEX denied_attempt_of_tenant ON denied_attempt (tenant_id, attempt_id);
CREATE INDEX denied_attempt_by_age ON denied_attempt (at);

-- A window in which no tenant's data changes, whichever process would change them (docs/operations.md). In the database, so that
-- it holds for every silo.
CREATE TABLE maintenance (
    one    INTEGER NOT NULL DEFAULT 1 PRIMARY KEY CHECK (one = 1),
    until  TEXT    NOT NULL,
    reason TEXT    NOT NULL
) STRICT;

-- What /health writes after a write has failed, to see whether the database takes writes again.
CREATE TABLE write_probe (
    one INTEGER NOT NULL DEFAULT 1 PRIMARY KEY CHECK (one = 1),
    at  TEXT    NOT NULL
) STRICT;
