-- Pieces of content for slots of a site or an app: one document each, checked before it is stored.
CREATE TABLE onsite_pieces (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
