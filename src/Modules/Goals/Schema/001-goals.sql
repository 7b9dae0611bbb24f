-- Goals: a number of the catalogue, what is asked of it, and by when. `number` columns name it as its page's address does.
CREATE TABLE goals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id TEXT NOT NULL,
    name TEXT NOT NULL,
    metric TEXT NOT NULL,
    settings TEXT NOT NULL,
    breakdown TEXT NOT NULL,
    value TEXT NOT NULL,
    kind TEXT NOT NULL,
    amount REAL NOT NULL,
    period TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT NOT NULL,
    owner TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    archived_at BIGINT,
    result REAL,
    result_target REAL,
    result_status TEXT NOT NULL DEFAULT ''
);

CREATE INDEX goals_by_workspace ON goals (workspace_id);

CREATE TABLE alerts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id TEXT NOT NULL,
    name TEXT NOT NULL,
    metric TEXT NOT NULL,
    settings TEXT NOT NULL,
    breakdown TEXT NOT NULL,
    value TEXT NOT NULL,
    period TEXT NOT NULL,
    kind TEXT NOT NULL,
    side TEXT NOT NULL,
    amount REAL NOT NULL,
    in_points INTEGER NOT NULL,
    base TEXT NOT NULL,
    so_far INTEGER NOT NULL,
    endpoints TEXT NOT NULL,
    is_on INTEGER NOT NULL,
    snoozed_until BIGINT NOT NULL DEFAULT 0,
    evaluated_at BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    made_by TEXT NOT NULL
);

CREATE INDEX alerts_by_workspace ON alerts (workspace_id);

-- One row a period in which an alert fired: what makes it fire once.
CREATE TABLE alert_firings (
    alert_id INTEGER NOT NULL REFERENCES alerts (id),
    period TEXT NOT NULL,
    state TEXT NOT NULL,
    fired_at BIGINT NOT NULL,
    ended_at BIGINT,
    value REAL,
    expected REAL,
    low REAL,
    high REAL,
    causes TEXT NOT NULL,
    acknowledged_at BIGINT,
    acknowledged_by TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (alert_id, period)
);
