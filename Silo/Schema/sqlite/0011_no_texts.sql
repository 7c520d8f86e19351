-- See the script of the same name for PostgreSQL.
DROP TRIGGER agent_version_has_texts;
DROP TRIGGER agent_version_needs_no_texts;
DROP TABLE text_use;
