-- What one message on a channel costs, in the workspace's currency: a decimal number as text.
CREATE TABLE message_costs (
    workspace_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    amount TEXT NOT NULL,
    PRIMARY KEY (workspace_id, channel)
);
