"""The history's own guard in the database: rows are added, never changed, deleted or truncated."""

from sqlalchemy import DDL, FromClause, event

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


def guard(table: FromClause) -> None:
    """Let the schema be made with the trigger that refuses changes of this table."""
    for moment, statement in MOMENTS:
        event.listen(table, moment, DDL(statement))  # type: ignore[no-untyped-call]
