-- Messages that wait to be fetched have no lane: what ends them is found by their time.
CREATE INDEX messages_expiring ON messages (workspace_id, channel, expires_at) WHERE state = 'due';
