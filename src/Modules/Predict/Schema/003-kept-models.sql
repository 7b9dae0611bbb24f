-- What was trained, as bytes that score the same after a restart (`ModelFile`): of the version in use and of the newest few.
CREATE TABLE model_files (
    version_id INTEGER PRIMARY KEY REFERENCES model_versions (id) ON DELETE CASCADE,
    content BLOB NOT NULL
);

-- When everybody is scored again by the version in use; null for not before an approval.
ALTER TABLE models ADD COLUMN score_due_at BIGINT;

-- By what part money in a year is worth less than money now.
ALTER TABLE models ADD COLUMN yearly_rate REAL NOT NULL DEFAULT 0.1;

-- What was foreseen of people and what came of it, as JSON (`Foresight`); empty before anything could.
ALTER TABLE models ADD COLUMN foresight TEXT NOT NULL DEFAULT '';

-- How far people had moved since the training when they were last scored, as JSON; empty before.
ALTER TABLE model_versions ADD COLUMN drift TEXT NOT NULL DEFAULT '';

-- Why it was trained where that was not its time, as JSON of both languages; empty otherwise.
ALTER TABLE model_versions ADD COLUMN note TEXT NOT NULL DEFAULT '';

-- Versions of before this step have no bytes: they are trained again at once.
UPDATE models SET score_due_at = 0 WHERE id IN (SELECT model_id FROM model_versions WHERE state = 'InUse');
