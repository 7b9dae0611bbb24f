-- The versions of journeys are definitions. Here stands what is decided about one beside its text, and when its schedule is next due.
CREATE TABLE journey_settings (
    workspace_id TEXT NOT NULL,
    journey TEXT NOT NULL,
    is_paused INTEGER NOT NULL DEFAULT 0,
    next_at BIGINT,
    PRIMARY KEY (workspace_id, journey)
);

-- How far the feed of moves has been acted upon.
CREATE TABLE journey_positions (
    workspace_id TEXT PRIMARY KEY,
    feed BIGINT NOT NULL
);

-- One person in a journey, once. `due_at` is when it goes on by itself.
CREATE TABLE journey_runs (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    journey TEXT NOT NULL,
    version INTEGER NOT NULL,
    person TEXT NOT NULL,
    entry INTEGER NOT NULL,
    status TEXT NOT NULL,
    step TEXT NOT NULL,
    since_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    entered_at BIGINT NOT NULL,
    ended_at BIGINT,
    reason TEXT NOT NULL DEFAULT '',
    data TEXT NOT NULL DEFAULT '{}'
);

CREATE INDEX journey_runs_due ON journey_runs (workspace_id, due_at) WHERE status = 'active';

CREATE INDEX journey_runs_by_person ON journey_runs (workspace_id, person, journey);

CREATE INDEX journey_runs_by_step ON journey_runs (workspace_id, journey, status, version, step);

-- The ledger: how many entries of a person were acted upon, on each of the person's identifiers.
CREATE TABLE journey_entries (
    workspace_id TEXT NOT NULL,
    journey TEXT NOT NULL,
    version INTEGER NOT NULL,
    identifier TEXT NOT NULL,
    entries INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, journey, version, identifier)
) WITHOUT ROWID;

-- The steps that a run came by; `way` is the branch taken, -1 for none; `outcome` says what became of what the step does.
CREATE TABLE journey_visits (
    run TEXT NOT NULL REFERENCES journey_runs (id),
    number INTEGER NOT NULL,
    workspace_id TEXT NOT NULL,
    journey TEXT NOT NULL,
    version INTEGER NOT NULL,
    step TEXT NOT NULL,
    way INTEGER NOT NULL,
    at BIGINT NOT NULL,
    outcome TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (run, number)
) WITHOUT ROWID;

CREATE INDEX journey_visits_by_step ON journey_visits (workspace_id, journey, version, step, way, outcome);

-- Sums of the visits, so that a page need not count them.
CREATE TABLE journey_counts (
    workspace_id TEXT NOT NULL,
    journey TEXT NOT NULL,
    version INTEGER NOT NULL,
    step TEXT NOT NULL,
    way INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    visits INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, journey, version, step, way, outcome)
) WITHOUT ROWID;

-- People that a program, a schedule or somebody of the team sends in.
CREATE TABLE journey_requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id TEXT NOT NULL,
    journey TEXT NOT NULL,
    person TEXT NOT NULL,
    data TEXT NOT NULL,
    key TEXT NOT NULL,
    at BIGINT NOT NULL,
    UNIQUE (workspace_id, journey, key)
);

-- Events about a person that are to stand in the journal, until they do. The id is the event's own, so that a second copy counts as one.
CREATE TABLE journey_events (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    person TEXT NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    at BIGINT NOT NULL
);

-- Work for the team.
CREATE TABLE journey_tasks (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    journey TEXT NOT NULL,
    run TEXT NOT NULL,
    person TEXT NOT NULL,
    title TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    done_at BIGINT,
    done_by TEXT NOT NULL DEFAULT ''
);

CREATE INDEX journey_tasks_open ON journey_tasks (workspace_id, due_at) WHERE done_at IS NULL;
