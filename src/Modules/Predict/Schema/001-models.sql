-- What is predicted of people. `goal` is an event as a selector, or a rule, by `kind`; `who` a rule for those it is predicted of, empty for everybody who was there within a year.
CREATE TABLE models (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    goal TEXT NOT NULL,
    who TEXT NOT NULL,
    days INTEGER NOT NULL,
    score TEXT NOT NULL,
    every_days INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    -- When it is to be trained next; null for never.
    due_at BIGINT,
    -- Why the last training came to nothing, as JSON of both languages; empty when it went well.
    refusal TEXT NOT NULL DEFAULT '',
    UNIQUE (workspace_id, score)
);

-- Each training: what it was tested to be, and whether its scores are written.
CREATE TABLE model_versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    model_id INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    trained_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    card TEXT NOT NULL,
    decided_by TEXT NOT NULL DEFAULT '',
    decided_at BIGINT,
    scored_at BIGINT,
    scored BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX model_versions_by_model ON model_versions (model_id, id);
