-- Who of the workspace gets a schedule's report by mail. `token` is in the link by which they leave; `left_at` says that they did.
create table board_recipients (
    workspace_id text not null,
    schedule_id text not null,
    user_id text not null,
    token text not null,
    left_at bigint,
    primary key (workspace_id, schedule_id, user_id)
);

create unique index board_recipients_by_token on board_recipients (token);

-- One mail for each report and recipient, written in the transaction of the report: what it says, and what came of it.
create table board_mails (
    workspace_id text not null,
    schedule_id text not null,
    due_at bigint not null,
    user_id text not null,
    subject text not null,
    html text not null,
    body text not null,
    state text not null,
    reason text not null default '',
    attempts integer not null default 0,
    next_at bigint not null,
    settled_at bigint,
    primary key (workspace_id, schedule_id, due_at, user_id)
);

create index board_mails_due on board_mails (workspace_id, next_at) where state in ('due', 'sending');
