-- A configuration is in the database whole: PostgreSQL compresses it.
DROP TRIGGER agent_version_has_texts ON agent_version;
DROP TRIGGER agent_version_needs_no_texts ON agent_version;
DROP FUNCTION note_text_use();
DROP FUNCTION forget_text_use();
DROP TABLE text_use;
