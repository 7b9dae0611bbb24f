-- What advertising cost, by day and campaign; the latest import of a key wins. `day`: days since 1970-01-01; `cost` is a decimal text in `currency`, '' for the workspace's own.
CREATE TABLE ad_costs (
    workspace_id TEXT NOT NULL,
    day INTEGER NOT NULL,
    source TEXT NOT NULL,
    medium TEXT NOT NULL,
    campaign TEXT NOT NULL,
    cost TEXT NOT NULL,
    currency TEXT NOT NULL,
    clicks BIGINT NOT NULL,
    impressions BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, day, source, medium, campaign)
);

-- Followers of each network as they were counted on a day.
CREATE TABLE followers (
    workspace_id TEXT NOT NULL,
    day INTEGER NOT NULL,
    network TEXT NOT NULL,
    followers BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, network, day)
);

-- What a workspace says of its own traffic: `own_hosts`, `internal_domains`, words with a blank between.
CREATE TABLE web_settings (
    workspace_id TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (workspace_id, name)
);
