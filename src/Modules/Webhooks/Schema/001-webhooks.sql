-- Where messages of other programs' interest are sent. The secret is kept as it is: every message is signed with it.
CREATE TABLE webhook_endpoints (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id TEXT NOT NULL,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    old_secret TEXT NOT NULL DEFAULT '',
    old_until BIGINT NOT NULL DEFAULT 0,
    types TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    made_by TEXT NOT NULL
);

CREATE INDEX webhook_endpoints_by_workspace ON webhook_endpoints (workspace_id);

-- The outbox: a message is written in the transaction of what it tells of, and goes out until it is taken or given up.
CREATE TABLE webhook_messages (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    endpoint_id INTEGER NOT NULL REFERENCES webhook_endpoints (id),
    key TEXT NOT NULL,
    type TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL,
    last_at BIGINT,
    last_status INTEGER NOT NULL DEFAULT 0,
    last_answer TEXT NOT NULL DEFAULT '',
    UNIQUE (endpoint_id, key)
);

CREATE INDEX webhook_messages_due ON webhook_messages (due_at) WHERE state = 'due';

CREATE INDEX webhook_messages_by_age ON webhook_messages (workspace_id, created_at);
