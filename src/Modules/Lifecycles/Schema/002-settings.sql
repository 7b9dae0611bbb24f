-- What a workspace's histories depend on beside its events and definitions.
CREATE TABLE workspace_settings (
    workspace_id TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (workspace_id, name)
);

-- Names of events that stand for others: the sent name, and the one that rules see.
CREATE TABLE event_aliases (
    workspace_id TEXT NOT NULL,
    sent TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (workspace_id, sent)
);

-- Dated rates to the workspace's currency; day is days since 1970-01-01, rate a decimal with up to six places.
CREATE TABLE rates (
    workspace_id TEXT NOT NULL,
    currency TEXT NOT NULL,
    day INTEGER NOT NULL,
    rate TEXT NOT NULL,
    PRIMARY KEY (workspace_id, currency, day)
);
