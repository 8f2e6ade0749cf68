"""The history's own guard in the database: rows are added, never changed, deleted or truncated."""

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history is only appended to';
END $$
"""
APPEND_ONLY = """
CREATE TRIGGER ticket_events_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON ticket_events
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""
MOMENTS = (
    ("after_create", REFUSE_CHANGE),
    ("after_create", APPEND_ONLY),
    ("after_drop", "DROP FUNCTION refuse_change()"),
)
"""When the schema is made or dropped, and what is then done; `models` hangs it on the table."""
