-- Templates of messages. `draft` is JSON being edited, `before` what it was before the last change; `version` is the one in force, 0 for none yet.
create table templates (
    workspace_id text not null,
    id text not null,
    name text not null,
    version integer not null,
    draft text not null,
    before text,
    draft_number integer not null,
    has_changes integer not null,
    updated_at bigint not null,
    primary key (workspace_id, id)
);

-- Every version that was published: what was sent can be shown for ever.
create table template_versions (
    workspace_id text not null,
    template_id text not null,
    version integer not null,
    content text not null,
    made_by text not null,
    made_at bigint not null,
    primary key (workspace_id, template_id, version)
);
