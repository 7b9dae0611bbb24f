-- By what channel and at what hour people are reached: one training for each workspace. What was learned lies in memory and is trained again after a start.
CREATE TABLE reach (
    workspace_id TEXT PRIMARY KEY,
    is_used INTEGER NOT NULL DEFAULT 0,
    -- What an answer is worth, a decimal number in the workspace's currency; empty where nobody says.
    answer_worth TEXT NOT NULL DEFAULT '',
    by_clicks INTEGER NOT NULL DEFAULT 0,
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
