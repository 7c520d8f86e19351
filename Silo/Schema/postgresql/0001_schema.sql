-- Tables, indexes and rights. What a change writes is in Silo/Commits (docs/adr/0001); nothing is computed here.
-- Ids are compared byte by byte, so that every database sorts and pages alike.

-- The stock ADO.NET provider of Orleans reads its SQL from here.
CREATE TABLE orleansquery (
    querykey  varchar(64)   NOT NULL PRIMARY KEY,
    querytext varchar(8000) NOT NULL
);

-- The state of every grain. The primary key is what makes two racing first writes one row.
-- Half of each page is left for new versions of its rows, so that an update touches no index.
CREATE TABLE grain_state (
    service_id text COLLATE "C" NOT NULL,
    state_name text COLLATE "C" NOT NULL,
    grain_key  text COLLATE "C" NOT NULL,
    version    integer          NOT NULL CHECK (version > 0),
    payload    bytea,
    PRIMARY KEY (service_id, state_name, grain_key)
) WITH (fillfactor = 50);

INSERT INTO orleansquery (querykey, querytext) VALUES
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
    tenant_id     text COLLATE "C" NOT NULL PRIMARY KEY,
    revision      bigint  NOT NULL DEFAULT 0  CHECK (revision >= 0),
    head_hash     text    NOT NULL DEFAULT '',
    agents        integer NOT NULL DEFAULT 0  CHECK (agents >= 0),
    active_agents integer NOT NULL DEFAULT 0  CHECK (active_agents >= 0 AND active_agents <= agents),
    creates_on    date    NOT NULL,
    creates       integer NOT NULL DEFAULT 0  CHECK (creates >= 0),
    templates     integer NOT NULL DEFAULT 0  CHECK (templates >= 0),
    file_bytes    bigint  NOT NULL DEFAULT 0  CHECK (file_bytes >= 0),
    stored_bytes  bigint  NOT NULL DEFAULT 0  CHECK (stored_bytes >= 0),
    settings      text,
    settings_version integer NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- History, audit trail and event feed in one. agent_id is the subject: an agent's id, or the kind of something else before a '/'.
CREATE TABLE change_log (
    tenant_id      text COLLATE "C" NOT NULL,
    revision       bigint           NOT NULL,
    event_id       text             NOT NULL,
    kind           text             NOT NULL,
    agent_id       text COLLATE "C" NOT NULL,
    agent_name     text             NOT NULL,
    agent_version  integer          NOT NULL,
    status         text             NOT NULL,
    at             timestamptz      NOT NULL,
    actor          text             NOT NULL,
    role           text             NOT NULL,
    address        text,
    correlation_id text             NOT NULL,
    task_id        text,
    note           text,
    details        text,
    document_hash  text,
    hash           text             NOT NULL,
    PRIMARY KEY (tenant_id, revision),
    UNIQUE (tenant_id, agent_id, agent_version)
);

-- Nobody changes the log, its owner included, and not even where replication has triggers rest.
CREATE FUNCTION refuse_change_of_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'change_log is insert-only' USING ERRCODE = 'AM005';
END;
$$;
CREATE TRIGGER change_log_is_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON change_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_log();
ALTER TABLE change_log ENABLE ALWAYS TRIGGER change_log_is_not_changed;

-- The agent as it was at each version that is kept, letter for letter.
CREATE TABLE agent_version (
    tenant_id text COLLATE "C" NOT NULL,
    agent_id  text COLLATE "C" NOT NULL,
    version   integer          NOT NULL,
    document  text             NOT NULL,
    PRIMARY KEY (tenant_id, agent_id, version)
);

-- What lists show, search and sort by, folded by the service; sizes as tiers count them. No index has a column that every change sets.
CREATE TABLE agent_index (
    tenant_id              text COLLATE "C" NOT NULL,
    agent_id               text COLLATE "C" NOT NULL,
    name                   text             NOT NULL,
    name_key               text COLLATE "C" NOT NULL,
    description            text,
    type                   text             NOT NULL,
    status                 text             NOT NULL,
    tags                   text             NOT NULL,
    search_text            text             NOT NULL,
    version                integer          NOT NULL,
    created_at             timestamptz      NOT NULL,
    updated_at             timestamptz      NOT NULL,
    updated_by             text             NOT NULL,
    activated_at           timestamptz,
    archived_at            timestamptz,
    template_id            text COLLATE "C",
    template_version       integer,
    tool_keys              text             NOT NULL,
    handoffs               text             NOT NULL,
    models                 text             NOT NULL,
    model                  text,
    degraded               text             NOT NULL,
    tools                  integer          NOT NULL,
    mcp_servers            integer          NOT NULL,
    collections            integer          NOT NULL,
    instruction_characters integer          NOT NULL,
    PRIMARY KEY (tenant_id, agent_id)
) WITH (fillfactor = 50);
CREATE INDEX agent_index_by_name ON agent_index (tenant_id, name_key, agent_id);
CREATE INDEX agent_index_by_creation ON agent_index (tenant_id, created_at, agent_id);
CREATE INDEX agent_index_by_template ON agent_index (tenant_id, template_id, template_version);
CREATE INDEX agent_index_archived ON agent_index (archived_at) WHERE archived_at IS NOT NULL;

-- What lists look for of which an agent has several: tags, tools, hand-offs, models.
CREATE TABLE agent_term (
    kind      text COLLATE "C" NOT NULL,
    value     text COLLATE "C" NOT NULL,
    tenant_id text COLLATE "C" NOT NULL,
    agent_id  text COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, value, tenant_id, agent_id)
);
CREATE INDEX agent_term_of_agent ON agent_term (tenant_id, agent_id);

-- What was done under each idempotency key, for 24 hours: the answer is that version of its subject.
CREATE TABLE idempotency (
    tenant_id       text COLLATE "C" NOT NULL,
    idempotency_key text COLLATE "C" NOT NULL,
    fingerprint     text             NOT NULL,
    kind            text             NOT NULL,
    agent_id        text COLLATE "C" NOT NULL,
    version         integer          NOT NULL,
    document_hash   text,
    created_at      timestamptz      NOT NULL,
    PRIMARY KEY (tenant_id, idempotency_key)
);
CREATE INDEX idempotency_by_age ON idempotency (created_at);

CREATE TABLE template_version (
    tenant_id   text COLLATE "C" NOT NULL,
    template_id text COLLATE "C" NOT NULL,
    version     integer          NOT NULL,
    document    text             NOT NULL,
    PRIMARY KEY (tenant_id, template_id, version)
);

CREATE TABLE template_index (
    tenant_id   text COLLATE "C" NOT NULL,
    template_id text COLLATE "C" NOT NULL,
    name        text             NOT NULL,
    description text,
    type        text             NOT NULL,
    version     integer          NOT NULL,
    created_at  timestamptz      NOT NULL,
    updated_at  timestamptz      NOT NULL,
    PRIMARY KEY (tenant_id, template_id)
);

-- The records of files; their bytes are in the blob store (docs/files.md).
CREATE TABLE file_index (
    tenant_id  text COLLATE "C" NOT NULL,
    file_id    text COLLATE "C" NOT NULL,
    name       text             NOT NULL,
    media_type text             NOT NULL,
    size       bigint           NOT NULL,
    blob       text             NOT NULL,
    created_at timestamptz      NOT NULL,
    created_by text             NOT NULL,
    PRIMARY KEY (tenant_id, file_id)
);

-- What a kept version mentions, whether there is such a file or not. The subject is as in the log.
CREATE TABLE file_use (
    tenant_id text COLLATE "C" NOT NULL,
    file_id   text COLLATE "C" NOT NULL,
    subject   text COLLATE "C" NOT NULL,
    version   integer          NOT NULL,
    PRIMARY KEY (tenant_id, file_id, subject, version)
);
CREATE INDEX file_use_by_version ON file_use (tenant_id, subject, version);

-- Which labels there are. What they are, with all that they have, is in grain_state.
CREATE TABLE label_index (
    tenant_id text COLLATE "C" NOT NULL,
    label     text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, label)
);

-- Which versions a label has of an agent: they cannot go.
CREATE TABLE label_assignment (
    tenant_id  text COLLATE "C" NOT NULL,
    label      text COLLATE "C" NOT NULL,
    agent_id   text COLLATE "C" NOT NULL,
    stable     integer,
    candidate  integer,
    weight     integer          NOT NULL CHECK (weight BETWEEN 0 AND 100000),
    release_id text             NOT NULL,
    previous   integer,
    revision   integer          NOT NULL,
    PRIMARY KEY (tenant_id, label, agent_id),
    CHECK (stable IS NOT NULL OR candidate IS NOT NULL),
    FOREIGN KEY (tenant_id, agent_id, stable) REFERENCES agent_version (tenant_id, agent_id, version),
    FOREIGN KEY (tenant_id, agent_id, candidate) REFERENCES agent_version (tenant_id, agent_id, version)
);
CREATE INDEX label_assignment_of_agent ON label_assignment (tenant_id, agent_id);

-- All releases, as their last change left them.
CREATE TABLE label_release (
    tenant_id  text COLLATE "C" NOT NULL,
    release_id text COLLATE "C" NOT NULL,
    label      text COLLATE "C" NOT NULL,
    status     text             NOT NULL,
    document   text             NOT NULL,
    created_at timestamptz      NOT NULL,
    updated_at timestamptz      NOT NULL,
    blocked_at timestamptz,
    PRIMARY KEY (tenant_id, release_id)
);
CREATE INDEX label_release_by_creation ON label_release (tenant_id, created_at, release_id);
CREATE INDEX label_release_unfinished ON label_release (tenant_id, label) WHERE status IN ('open', 'ready', 'running', 'paused');

-- What checks say of versions, as commit statuses do.
CREATE TABLE version_check (
    tenant_id text COLLATE "C" NOT NULL,
    agent_id  text COLLATE "C" NOT NULL,
    version   integer          NOT NULL,
    name      text COLLATE "C" NOT NULL,
    ok        boolean          NOT NULL,
    url       text,
    at        timestamptz      NOT NULL,
    by        text             NOT NULL,
    PRIMARY KEY (tenant_id, agent_id, version, name)
);

-- What runtimes report of themselves. Whether one still reports is known in memory; here is what changes, and when it fell silent.
CREATE TABLE runtime (
    tenant_id      text COLLATE "C" NOT NULL,
    instance       text COLLATE "C" NOT NULL,
    label          text COLLATE "C",
    label_revision integer,
    sdk            text,
    since          timestamptz NOT NULL,
    silent_at      timestamptz,
    PRIMARY KEY (tenant_id, instance)
);

-- Which runtime ran which version of an agent, from when to when; those without an end are run now, and cannot go.
CREATE TABLE applied_version (
    tenant_id text COLLATE "C" NOT NULL,
    agent_id  text COLLATE "C" NOT NULL,
    version   integer NOT NULL,
    instance  text COLLATE "C" NOT NULL,
    label     text COLLATE "C",
    first_at  timestamptz NOT NULL,
    last_at   timestamptz,
    PRIMARY KEY (tenant_id, agent_id, version, instance, first_at)
);
CREATE UNIQUE INDEX applied_version_now ON applied_version (tenant_id, instance, agent_id, version) WHERE last_at IS NULL;
CREATE INDEX applied_version_ended ON applied_version (last_at) WHERE last_at IS NOT NULL;

-- Work that is done in the background. The row is the truth; the queue in Redis only says where there is work.
CREATE TABLE task (
    tenant_id      text COLLATE "C" NOT NULL,
    task_id        text COLLATE "C" NOT NULL,
    kind           text             NOT NULL,
    status         text             NOT NULL CHECK (status IN ('queued', 'running', 'completed', 'failed', 'expired')),
    done           integer          NOT NULL CHECK (done >= 0 AND done <= total),
    total          integer          NOT NULL,
    attempts       integer          NOT NULL,
    result         text,
    error_code     text,
    error_message  text,
    fingerprint    text,
    -- Who began it, with the permissions that an API key had (docs/api-keys.md).
    subject        text             NOT NULL,
    role           text             NOT NULL,
    tier           text,
    address        text,
    granted        text,
    correlation_id text             NOT NULL,
    created_at     timestamptz      NOT NULL,
    -- Of its last step, so that one which never moves is seen to wait; queued_at is when it was queued again.
    updated_at     timestamptz      NOT NULL,
    queued_at      timestamptz,
    finished_at    timestamptz,
    PRIMARY KEY (tenant_id, task_id)
);
CREATE INDEX task_by_creation ON task (tenant_id, created_at);
CREATE INDEX task_unfinished ON task (updated_at) WHERE finished_at IS NULL;
CREATE INDEX task_finished ON task (finished_at) WHERE finished_at IS NOT NULL;

-- The lines that a task works on, until its end, in pieces that are each found by the number of the task's next line: an import
-- has up to 16 MiB of them. They come before the task, under a name of their own.
CREATE TABLE task_input (
    tenant_id  text COLLATE "C" NOT NULL,
    task_id    text COLLATE "C" NOT NULL,
    first_line integer          NOT NULL,
    lines      text             NOT NULL,
    created_at timestamptz      NOT NULL,
    PRIMARY KEY (tenant_id, task_id, first_line)
);

-- How far each sink has been told of each tenant's changes. Another incarnation than the sink has now means that it may have lost
-- what it was told.
CREATE TABLE sink_cursor (
    sink        text COLLATE "C" NOT NULL,
    tenant_id   text COLLATE "C" NOT NULL,
    revision    bigint           NOT NULL CHECK (revision >= 0),
    incarnation text             NOT NULL,
    PRIMARY KEY (sink, tenant_id)
);

-- How far each webhook has got with its tenant's changes, and how it fares (docs/webhooks.md). The row comes and goes with the webhook.
CREATE TABLE webhook_cursor (
    tenant_id        text COLLATE "C" NOT NULL,
    webhook_id       text COLLATE "C" NOT NULL,
    is_enabled       boolean          NOT NULL,
    revision         bigint           NOT NULL CHECK (revision >= 0),
    attempts         integer          NOT NULL DEFAULT 0,
    failing_since    timestamptz,
    next_attempt_at  timestamptz,
    last_failure     text,
    last_accepted_at timestamptz,
    version          integer          NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, webhook_id)
);

-- Events that a webhook did not accept for a day though it accepted a ping, for 30 days. What they tell is in the log.
CREATE TABLE webhook_dead_letter (
    tenant_id  text COLLATE "C" NOT NULL,
    webhook_id text COLLATE "C" NOT NULL,
    revision   bigint           NOT NULL,
    event_id   text             NOT NULL,
    event      text             NOT NULL,
    attempts   integer          NOT NULL,
    failure    text             NOT NULL,
    at         timestamptz      NOT NULL,
    PRIMARY KEY (tenant_id, webhook_id, revision)
);
CREATE INDEX webhook_dead_letter_by_age ON webhook_dead_letter (at);

-- How far each tenant's chain was found whole, and what it had there; and how far the round over all rows has come (docs/audit.md).
CREATE TABLE audit_check (
    tenant_id       text COLLATE "C" NOT NULL PRIMARY KEY,
    revision        bigint           NOT NULL CHECK (revision >= 0),
    hash            text             NOT NULL,
    checked_at      timestamptz      NOT NULL,
    is_broken       boolean          NOT NULL DEFAULT false,
    round_revision  bigint           NOT NULL DEFAULT 0 CHECK (round_revision >= 0),
    round_hash      text             NOT NULL DEFAULT '',
    round_at        timestamptz,
    round_is_broken boolean          NOT NULL DEFAULT false
);

-- Attempts that were denied. The id rises with the time; the tenant is null where none is known.
CREATE TABLE denied_attempt (
    attempt_id     text COLLATE "C" NOT NULL PRIMARY KEY,
    tenant_id      text COLLATE "C",
    at             timestamptz      NOT NULL,
    status         integer          NOT NULL,
    code           text             NOT NULL,
    operation      text             NOT NULL,
    subject        text,
    role           text,
    address        text,
    correlation_id text,
    count          bigint           NOT NULL CHECK (count > 0)
);
CREATE INDEX denied_attempt_of_tenant ON denied_attempt (tenant_id, attempt_id);
CREATE INDEX denied_attempt_by_age ON denied_attempt (at);

-- A window in which no tenant's data changes, whichever process would change them (docs/operations.md). In the database, so that
-- it holds for every silo.
CREATE TABLE maintenance (
    one    boolean     NOT NULL DEFAULT true PRIMARY KEY CHECK (one),
    until  timestamptz NOT NULL,
    reason text        NOT NULL
);

-- What /health writes after a write has failed, to see whether the database takes writes again.
CREATE TABLE write_probe (
    one boolean     NOT NULL DEFAULT true PRIMARY KEY CHECK (one),
    at  timestamptz NOT NULL
);

-- The role that the service runs as. It may add to the log but never change it. Log-in roles are made members of it.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'agent_management_service') THEN
        BEGIN
            CREATE ROLE agent_management_service NOLOGIN;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- Roles are the server's: another of its databases has just made it.
        END;
    END IF;
    GRANT SELECT ON ALL TABLES IN SCHEMA public TO agent_management_service;
    GRANT INSERT ON change_log TO agent_management_service;
    GRANT INSERT, UPDATE ON grain_state, tenant, sink_cursor, audit_check, write_probe TO agent_management_service;
    GRANT INSERT, DELETE ON agent_version, agent_term, template_version, file_index, file_use, denied_attempt
        TO agent_management_service;
    GRANT INSERT, UPDATE, DELETE ON agent_index, idempotency, template_index, task, task_input, maintenance, label_index,
        label_assignment, label_release, version_check, runtime, applied_version, webhook_cursor, webhook_dead_letter
        TO agent_management_service;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'The role agent_management_service was not made: this log-in may not. The service runs as the owner.';
END;
$$;
