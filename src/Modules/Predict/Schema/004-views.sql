-- What a model is looked at for: `view` by name, and its settings as JSON (cost, worth, cuts, threshold of lead scores).
CREATE TABLE model_views (
    model_id INTEGER PRIMARY KEY REFERENCES models (id) ON DELETE CASCADE,
    view TEXT NOT NULL,
    settings TEXT NOT NULL
);
