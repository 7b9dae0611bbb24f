-- What was done, by whom, in an order that cannot be rewritten unseen: each row's hash covers the row and the hash before it.
-- Rows are never changed or deleted. workspace_id is empty where no workspace is meant.
CREATE TABLE audit_log (
    number INTEGER NOT NULL PRIMARY KEY CHECK (number > 0),
    at BIGINT NOT NULL,
    workspace_id TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    detail TEXT NOT NULL,
    address TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
);

CREATE INDEX audit_log_by_workspace ON audit_log (workspace_id, number);

-- The newest row, so that rows cut off at the end are missed.
CREATE TABLE audit_head (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    number INTEGER NOT NULL,
    hash TEXT NOT NULL
);
