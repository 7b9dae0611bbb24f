-- The proof of each erasure: who asked for it, why, and what was removed. Nothing of the person: `hashes` are keyed.
CREATE TABLE erasures (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    asked_by TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (length(reason) <= 500),
    done_at BIGINT,
    identifiers INTEGER NOT NULL,
    events BIGINT NOT NULL,
    redacted BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    commands BIGINT NOT NULL,
    moves BIGINT NOT NULL,
    lifted_at BIGINT,
    hashes TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
