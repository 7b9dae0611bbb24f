-- What a workspace asks consent for and when it writes to people: one document, checked before it is stored; each version is in the audit log.
CREATE TABLE consent_settings (
    workspace_id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL
);

-- What links and hashes of all workspaces are keyed with, by a key derived for each. Made once, here, so that no link waits for a write.
CREATE TABLE consent_secret (secret TEXT NOT NULL);

INSERT INTO consent_secret (secret) VALUES (lower(hex(randomblob(32))));

-- Addresses that get nothing. Found by the keyed hash alone; the address beside it is for people, and empty once its person was erased.
CREATE TABLE suppressions (
    workspace_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    hash TEXT NOT NULL,
    address TEXT NOT NULL,
    reason TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    added_by TEXT NOT NULL,
    PRIMARY KEY (workspace_id, channel, hash)
) WITHOUT ROWID;

CREATE INDEX suppressions_by_time ON suppressions (workspace_id, added_at);
