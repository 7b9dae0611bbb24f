-- What is trained each day and approved once: one row for each kind and workspace. What was learned lies in a file of its own (`KeptFile`), named by the instant of its training.
CREATE TABLE trainings (
    -- 'recommendations' or 'reach'.
    kind TEXT NOT NULL,
    workspace_id TEXT NOT NULL,
    is_used INTEGER NOT NULL DEFAULT 0,
    -- When it is to be trained next.
    due_at BIGINT NOT NULL,
    trained_at BIGINT,
    -- What the newest training found, as JSON; empty before the first.
    card TEXT NOT NULL DEFAULT '',
    -- Why the newest training came to nothing, as JSON of both languages; empty when it went well.
    refusal TEXT NOT NULL DEFAULT '',
    decided_by TEXT NOT NULL DEFAULT '',
    decided_at BIGINT,
    PRIMARY KEY (kind, workspace_id)
);

-- What counts as an answer to a message, and what one is worth.
CREATE TABLE reach_settings (
    workspace_id TEXT PRIMARY KEY,
    -- A decimal number in the workspace's currency; empty where nobody says.
    answer_worth TEXT NOT NULL DEFAULT '',
    by_clicks INTEGER NOT NULL DEFAULT 0
);

INSERT INTO trainings (kind, workspace_id, is_used, due_at, trained_at, card, refusal, decided_by, decided_at)
SELECT 'recommendations', workspace_id, is_used, due_at, trained_at, card, refusal, decided_by, decided_at FROM recommendations;
INSERT INTO trainings (kind, workspace_id, is_used, due_at, trained_at, card, refusal, decided_by, decided_at)
SELECT 'reach', workspace_id, is_used, due_at, trained_at, card, refusal, decided_by, decided_at FROM reach;
INSERT INTO reach_settings (workspace_id, answer_worth, by_clicks) SELECT workspace_id, answer_worth, by_clicks FROM reach;
DROP TABLE recommendations;
DROP TABLE reach;
