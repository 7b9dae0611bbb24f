-- Why a version was put in force, in the words of whoever did it.
ALTER TABLE definition_versions ADD COLUMN reason TEXT NOT NULL DEFAULT '' CHECK (length(reason) <= 500);

-- What somebody is writing and has not put in force: one text for each definition and person. based_on: the version it began from, 0 for a new one.
CREATE TABLE definition_drafts (
    workspace_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    kind INTEGER NOT NULL CHECK (kind IN (0, 1)),
    id TEXT NOT NULL CHECK (length(id) BETWEEN 1 AND 64),
    yaml TEXT NOT NULL CHECK (length(yaml) <= 262144),
    based_on INTEGER NOT NULL CHECK (based_on >= 0),
    reason TEXT NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, user_id, kind, id)
);
