-- Keys of the APIs. The text of a key is nowhere: `hash` is its SHA-256, `ending` its last four characters.
create table api_keys (
    workspace_id text not null,
    id text not null,
    kind text not null,
    name text not null,
    scopes text not null,
    hash text not null,
    ending text not null,
    created_at bigint not null,
    revoked_at bigint,
    primary key (workspace_id, id)
);

-- One text opens one workspace: the hash is unique over all of them.
create unique index api_keys_by_hash on api_keys (hash);
