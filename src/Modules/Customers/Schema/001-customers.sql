-- What people of the team say of customers. `person` is the public id of the profile as of then: the one of an identifier that it held, which
-- leads to whatever profile holds that identifier later, over merges and their undoing.
CREATE TABLE customer_notes (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    person TEXT NOT NULL,
    text TEXT NOT NULL CHECK (length(text) BETWEEN 1 AND 4000),
    written_at BIGINT NOT NULL,
    written_by TEXT NOT NULL,
    author_name TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

CREATE INDEX customer_notes_by_person ON customer_notes (workspace_id, person, written_at);

CREATE TABLE customer_tags (
    workspace_id TEXT NOT NULL,
    tag TEXT NOT NULL CHECK (length(tag) BETWEEN 1 AND 60),
    person TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    added_by TEXT NOT NULL,
    PRIMARY KEY (workspace_id, tag, person)
);

CREATE INDEX customer_tags_by_person ON customer_tags (workspace_id, person);

-- Lists that only people fill.
CREATE TABLE customer_lists (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, name)
);

CREATE TABLE customer_list_members (
    workspace_id TEXT NOT NULL,
    list_id TEXT NOT NULL,
    person TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    added_by TEXT NOT NULL,
    PRIMARY KEY (workspace_id, list_id, person),
    FOREIGN KEY (workspace_id, list_id) REFERENCES customer_lists (workspace_id, id)
);

CREATE INDEX customer_list_members_by_person ON customer_list_members (workspace_id, person);

-- Which columns a user wants to see in the list of customers, parted by line feeds.
CREATE TABLE customer_columns (
    workspace_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    columns TEXT NOT NULL CHECK (length(columns) <= 4000),
    PRIMARY KEY (workspace_id, user_id)
);
