-- Who of the team has a task; empty for nobody so far.
ALTER TABLE journey_tasks ADD COLUMN assigned_to TEXT NOT NULL DEFAULT '';

CREATE INDEX journey_tasks_by_person ON journey_tasks (workspace_id, person);

CREATE INDEX journey_tasks_done ON journey_tasks (workspace_id, done_at) WHERE done_at IS NOT NULL;
