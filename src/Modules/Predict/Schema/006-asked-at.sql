-- When a question was asked as it stands: scores of before answer another.
ALTER TABLE models ADD COLUMN asked_at BIGINT NOT NULL DEFAULT 0;
