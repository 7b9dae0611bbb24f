-- What `ciclo imports list` shows. The journal holds the same facts; this table is filled from it again after a loss.
create table imports (
    workspace_id text not null,
    id bigint not null,
    source text not null,
    file text not null,
    state text not null,
    started_at bigint not null,
    ended_at bigint,
    undone_at bigint,
    rows bigint not null,
    skipped bigint not null,
    rejected bigint not null,
    events bigint not null,
    duplicates bigint not null,
    changed bigint not null,
    profiles bigint not null,
    primary key (workspace_id, id)
);
