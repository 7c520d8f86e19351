-- Tasks know the permissions of who began them, as API keys have them (docs/api-keys.md).
ALTER TABLE task ADD COLUMN granted text;
