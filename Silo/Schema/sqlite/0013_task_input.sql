-- A task's lines in pieces, each found by the number of the task's next line: an import has up to 16 MiB of them. They come before the
-- task, under a name of their own.
ALTER TABLE task_input RENAME TO whole_task_input;
CREATE TABLE task_input (
    tenant_id  TEXT    NOT NULL,
    task_id    TEXT    NOT NULL,
    first_line INTEGER NOT NULL,
    lines      TEXT    NOT NULL,
    created_at TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, task_id, first_line)
) STRICT;
INSERT INTO task_input (tenant_id, task_id, first_line, lines, created_at)
SELECT tenant_id, task_id, 0, lines, strftime('%Y-%m-%dT%H:%M:%fZ', 'now') FROM whole_task_input;
DROP TABLE whole_task_input;
