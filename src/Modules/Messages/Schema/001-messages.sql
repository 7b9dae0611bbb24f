-- The outbox of all channels: a message is written in the transaction of what it follows from, and is one for its key. Times are Unix milliseconds.
CREATE TABLE messages (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    key TEXT NOT NULL,
    person TEXT NOT NULL,
    channel TEXT NOT NULL,
    template_id TEXT NOT NULL,
    template_version INTEGER NOT NULL DEFAULT 0,
    purpose TEXT NOT NULL,
    source TEXT NOT NULL,
    data TEXT NOT NULL,
    hold_back TEXT,
    priority INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    -- Why it is not sent, or waits longer than it was to.
    reason TEXT NOT NULL DEFAULT '',
    attempts INTEGER NOT NULL DEFAULT 0,
    -- Whose batch it left with: names the file that says how far each of the batch came.
    batch TEXT NOT NULL DEFAULT '',
    address TEXT NOT NULL DEFAULT '',
    locale TEXT NOT NULL DEFAULT '',
    subject TEXT NOT NULL DEFAULT '',
    links INTEGER NOT NULL DEFAULT 0,
    sent_at BIGINT,
    provider_id TEXT NOT NULL DEFAULT '',
    answer TEXT NOT NULL DEFAULT '',
    -- Whether the journal still has to be told that it was sent.
    untold INTEGER NOT NULL DEFAULT 0,
    delivered_at BIGINT,
    opened_at BIGINT,
    opens INTEGER NOT NULL DEFAULT 0,
    machine_opens INTEGER NOT NULL DEFAULT 0,
    clicked_at BIGINT,
    clicks INTEGER NOT NULL DEFAULT 0,
    machine_clicks INTEGER NOT NULL DEFAULT 0,
    unsubscribed_at BIGINT,
    bounced_at BIGINT,
    complained_at BIGINT,
    UNIQUE (workspace_id, key)
);

CREATE INDEX messages_due ON messages (workspace_id, channel, priority, due_at) WHERE state = 'due';

CREATE INDEX messages_next ON messages (workspace_id, channel, due_at) WHERE state = 'due';

CREATE INDEX messages_sending ON messages (batch) WHERE state = 'sending';

CREATE INDEX messages_untold ON messages (workspace_id, id) WHERE untold = 1;

CREATE INDEX messages_by_source ON messages (workspace_id, source, state);

CREATE INDEX messages_by_person ON messages (workspace_id, person, sent_at);

CREATE INDEX messages_by_address ON messages (workspace_id, address, sent_at);

CREATE INDEX messages_by_age ON messages (workspace_id, id);

-- What was written to the person, for a while: deflated JSON of subject, HTML and text.
CREATE TABLE message_bodies (
    message_id TEXT PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    body BLOB NOT NULL
);

CREATE INDEX message_bodies_by_age ON message_bodies (created_at);

-- What people did with messages and what became of them, until the journal knows it: clicks wait until it is seen whether a machine made them.
CREATE TABLE message_signs (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    message_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    reader TEXT NOT NULL,
    link INTEGER NOT NULL DEFAULT 0,
    url TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '',
    at BIGINT NOT NULL,
    tell_at BIGINT NOT NULL,
    told INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX message_signs_untold ON message_signs (tell_at) WHERE told = 0;

CREATE INDEX message_signs_by_message ON message_signs (message_id, at);

-- How a workspace writes e-mail. Passwords and keys are kept as they are: mail is sent and signed with them (docs/decisions/2026-11-22-an-outbox-in-the-records.md).
CREATE TABLE email_settings (
    workspace_id TEXT PRIMARY KEY,
    json TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);

-- What addresses in messages are signed with, and the secret of the address that takes reports.
CREATE TABLE message_secrets (
    workspace_id TEXT PRIMARY KEY,
    tracking BLOB NOT NULL,
    hook TEXT NOT NULL UNIQUE,
    confirm_url TEXT NOT NULL DEFAULT ''
);
