-- A campaign: what is sent to whom (the plan, as JSON), and how far it came. `cursor` is the last position of the audience that was dealt with in the state.
CREATE TABLE campaigns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id TEXT NOT NULL,
    name TEXT NOT NULL,
    plan TEXT NOT NULL,
    state TEXT NOT NULL,
    is_paused INTEGER NOT NULL,
    audience INTEGER NOT NULL,
    cursor INTEGER NOT NULL,
    next_at BIGINT NOT NULL,
    winner TEXT NOT NULL,
    shares TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    started_at BIGINT,
    ended_at BIGINT
);

CREATE INDEX campaigns_by_workspace ON campaigns (workspace_id);

CREATE INDEX campaigns_under_way ON campaigns (next_at) WHERE state NOT IN ('draft', 'done', 'stopped') AND is_paused = 0;

-- The audience as it was at the start.
CREATE TABLE campaign_people (
    campaign_id INTEGER NOT NULL REFERENCES campaigns (id),
    position INTEGER NOT NULL,
    person TEXT NOT NULL,
    identifiers TEXT NOT NULL,
    due_at BIGINT,
    arm TEXT,
    PRIMARY KEY (campaign_id, position),
    UNIQUE (campaign_id, person)
) WITHOUT ROWID;

CREATE INDEX campaign_people_by_person ON campaign_people (person);
