-- What is held against what: the arms, the first of which the others are compared with, and the goal. Set before anybody is drawn.
CREATE TABLE experiments (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    arms TEXT NOT NULL,
    goal TEXT NOT NULL,
    value TEXT NOT NULL,
    by_money INTEGER NOT NULL,
    takes_off_before INTEGER NOT NULL,
    window_days INTEGER NOT NULL,
    smallest_lift REAL NOT NULL,
    typical_people BIGINT NOT NULL,
    href TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (workspace_id, id)
);

-- Each time with the same shares is compared within itself.
CREATE TABLE experiment_eras (
    workspace_id TEXT NOT NULL,
    experiment TEXT NOT NULL,
    era INTEGER NOT NULL,
    shares TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, experiment, era)
);

-- One row for each identifier of a person, so that an arm outlives merges: of several the earliest stands.
CREATE TABLE experiment_assignments (
    workspace_id TEXT NOT NULL,
    experiment TEXT NOT NULL,
    identifier TEXT NOT NULL,
    arm TEXT NOT NULL,
    era INTEGER NOT NULL,
    at BIGINT NOT NULL,
    is_held_out INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, experiment, identifier)
) WITHOUT ROWID;

CREATE INDEX experiment_assignments_by_identifier ON experiment_assignments (workspace_id, identifier);

-- Who is left out of all marketing, to know what all of it changes. A rotation draws everybody anew under the next number.
CREATE TABLE experiment_holdouts (
    workspace_id TEXT PRIMARY KEY,
    share REAL NOT NULL,
    rotation INTEGER NOT NULL
);
