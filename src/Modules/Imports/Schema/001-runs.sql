-- Who began an import from the browser, and how many people it reached: the journal tells the rest.
CREATE TABLE import_runs (
    workspace_id TEXT NOT NULL,
    import_id BIGINT NOT NULL,
    begun_by TEXT NOT NULL,
    people BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, import_id)
);
