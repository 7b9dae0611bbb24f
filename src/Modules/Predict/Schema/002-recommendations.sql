-- What is recommended to people: one training for each workspace. The model itself lies in memory and is trained again after a start.
CREATE TABLE recommendations (
    workspace_id TEXT PRIMARY KEY,
    is_used INTEGER NOT NULL DEFAULT 0,
    -- When it is to be trained next.
    due_at BIGINT NOT NULL,
    trained_at BIGINT,
    -- What the newest training found, as JSON; empty before the first.
    card TEXT NOT NULL DEFAULT '',
    -- Why the newest training came to nothing, as JSON of both languages; empty when it went well.
    refusal TEXT NOT NULL DEFAULT '',
    decided_by TEXT NOT NULL DEFAULT '',
    decided_at BIGINT
);
