-- Every version of every lifecycle and segment file, as it was applied. A version without text retires the definition.
-- Rows are never changed but for is_current, which marks the newest version of each.
CREATE TABLE definition_versions (
    workspace_id TEXT NOT NULL,
    kind INTEGER NOT NULL CHECK (kind IN (0, 1)),
    id TEXT NOT NULL CHECK (length(id) BETWEEN 1 AND 64),
    version INTEGER NOT NULL CHECK (version > 0),
    yaml TEXT CHECK (length(yaml) <= 1048576),
    applied_at INTEGER NOT NULL,
    applied_by TEXT NOT NULL,
    is_current INTEGER NOT NULL CHECK (is_current IN (0, 1)),
    PRIMARY KEY (workspace_id, kind, id, version)
);

CREATE UNIQUE INDEX definition_versions_current ON definition_versions (workspace_id, kind, id) WHERE is_current = 1;
