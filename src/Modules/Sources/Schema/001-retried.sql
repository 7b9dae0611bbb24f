-- Refused items that were sent through admission again and came in: where they stand in the journal, when, and by whom.
CREATE TABLE retried_items (
    workspace_id TEXT NOT NULL,
    address BIGINT NOT NULL,
    retried_at BIGINT NOT NULL,
    retried_by TEXT NOT NULL,
    PRIMARY KEY (workspace_id, address)
);
