-- Mails that asked somebody to confirm a yes, by the keyed hash of the address: so that a form sent again and again does not fill a mailbox. Kept for a month.
CREATE TABLE consent_confirmations (
    workspace_id TEXT NOT NULL,
    hash TEXT NOT NULL,
    purpose TEXT NOT NULL,
    sent_at BIGINT NOT NULL
);

CREATE INDEX consent_confirmations_by_address ON consent_confirmations (workspace_id, hash, sent_at);

-- How far the journal was read for answers that wait for a confirmation.
CREATE TABLE consent_positions (
    workspace_id TEXT PRIMARY KEY,
    journal BIGINT NOT NULL
);
