-- A task's lines in pieces, each found by the number of the task's next line: an import has up to 16 MiB of them. They come before the
-- task, under a name of their own. The defaults are for processes of before.
ALTER TABLE task_input ADD COLUMN first_line integer NOT NULL DEFAULT 0, ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE task_input DROP CONSTRAINT task_input_pkey, ADD PRIMARY KEY (tenant_id, task_id, first_line);
