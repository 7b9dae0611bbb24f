-- Journeys are definitions of a third kind: both tables are made anew with it allowed.
CREATE TABLE definition_versions_next (
    workspace_id TEXT NOT NULL,
    kind INTEGER NOT NULL CHECK (kind IN (0, 1, 2)),
    id TEXT NOT NULL CHECK (length(id) BETWEEN 1 AND 64),
    version INTEGER NOT NULL CHECK (version > 0),
    yaml TEXT CHECK (length(yaml) <= 1048576),
    applied_at INTEGER NOT NULL,
    applied_by TEXT NOT NULL,
    is_current INTEGER NOT NULL CHECK (is_current IN (0, 1)),
    reason TEXT NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
    PRIMARY KEY (workspace_id, kind, id, version)
);

INSERT INTO definition_versions_next (workspace_id, kind, id, version, yaml, applied_at, applied_by, is_current, reason)
SELECT workspace_id, kind, id, version, yaml, applied_at, applied_by, is_current, reason FROM definition_versions;

DROP TABLE definition_versions;

ALTER TABLE definition_versions_next RENAME TO definition_versions;

CREATE UNIQUE INDEX definition_versions_current ON definition_versions (workspace_id, kind, id) WHERE is_current = 1;

CREATE TABLE definition_drafts_next (
    workspace_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    kind INTEGER NOT NULL CHECK (kind IN (0, 1, 2)),
    id TEXT NOT NULL CHECK (length(id) BETWEEN 1 AND 64),
    yaml TEXT NOT NULL CHECK (length(yaml) <= 262144),
    based_on INTEGER NOT NULL CHECK (based_on >= 0),
    reason TEXT NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, user_id, kind, id)
);

INSERT INTO definition_drafts_next (workspace_id, user_id, kind, id, yaml, based_on, reason, saved_at)
SELECT workspace_id, user_id, kind, id, yaml, based_on, reason, saved_at FROM definition_drafts;

DROP TABLE definition_drafts;

ALTER TABLE definition_drafts_next RENAME TO definition_drafts;
