-- Dashboards that people made. `cards` is JSON: what each card asks the catalogue for. `before` is what it was before the last change, to undo that.
create table boards (
    workspace_id text not null,
    id text not null,
    name text not null,
    description text not null,
    owner text not null,
    sharing text not null,
    period_by text not null,
    period_at text not null,
    cards text not null,
    before text,
    version integer not null,
    updated_at bigint not null,
    primary key (workspace_id, id)
);

-- Links by which strangers read a dashboard. The secret is nowhere: `hash` is its SHA-256.
create table board_links (
    workspace_id text not null,
    board_id text not null,
    id text not null,
    hash text not null,
    made_by text not null,
    made_at bigint not null,
    ends_at bigint not null,
    revoked_at bigint,
    primary key (workspace_id, id)
);

create unique index board_links_by_hash on board_links (hash);

-- When a report is made. `due_at` is the next instant; `endpoint_id` the webhook that is told, null for none.
create table board_schedules (
    workspace_id text not null,
    board_id text not null,
    id text not null,
    every text not null,
    hour integer not null,
    day integer not null,
    language text not null,
    endpoint_id integer,
    made_by text not null,
    due_at bigint not null,
    primary key (workspace_id, id)
);

-- One report for each instant that was due: the key keeps a crash or a second server from making it twice. Its file is REPORT.pdf in the folder `reports`.
create table board_reports (
    workspace_id text not null,
    schedule_id text not null,
    due_at bigint not null,
    id text not null,
    board_id text not null,
    made_at bigint not null,
    language text not null,
    period text not null,
    bytes bigint not null,
    missed integer not null,
    primary key (workspace_id, schedule_id, due_at)
);

create index board_reports_by_board on board_reports (workspace_id, board_id, due_at);
