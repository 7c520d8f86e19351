-- What a change leaves behind is what it leaves behind in the service: the agent, its version, a row of the log that is chained to the
-- one before it, and the tenant's revision.
CREATE TABLE tenant (
    tenant_id text PRIMARY KEY,
    revision bigint NOT NULL,
    head_hash bytea NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE agent (
    tenant_id text NOT NULL,
    agent_id text NOT NULL,
    version integer NOT NULL,
    name text NOT NULL,
    description text,
    type text NOT NULL,
    status text NOT NULL,
    tags text[] NOT NULL,
    content jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, agent_id)
) WITH (fillfactor = 50);

CREATE INDEX agent_by_name ON agent (tenant_id, name, agent_id);

CREATE TABLE agent_version (
    tenant_id text NOT NULL,
    agent_id text NOT NULL,
    version integer NOT NULL,
    content jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, agent_id, version)
);

CREATE TABLE change_log (
    tenant_id text NOT NULL,
    revision bigint NOT NULL,
    agent_id text NOT NULL,
    version integer NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    created_at timestamptz NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (tenant_id, revision)
);
