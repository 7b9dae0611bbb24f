-- Questions in SQL that a workspace keeps.
CREATE TABLE saved_queries (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    description TEXT NOT NULL CHECK (length(description) <= 500),
    sql TEXT NOT NULL CHECK (length(sql) BETWEEN 1 AND 20000),
    saved_at BIGINT NOT NULL,
    saved_by TEXT NOT NULL,
    author_name TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
