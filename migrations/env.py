"""How migrations run: in one transaction each, with a lock time-out, against the app's database."""

from alembic import context
from flask import current_app
from sqlalchemy import text

LOCK_TIMEOUT = "5s"


def run() -> None:
    """Migrate the database of the current application, or write its SQL when offline."""
    db = current_app.extensions["migrate"].db
    options = {
        "target_metadata": db.metadata,
        "compare_type": True,
        "transaction_per_migration": True,
        **current_app.extensions["migrate"].configure_args,
    }
    if context.is_offline_mode():
        context.configure(url=str(db.engine.url), literal_binds=True, **options)
        with context.begin_transaction():
            context.run_migrations()
        return
    with db.engine.connect() as connection:
        connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.commit()
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()


run()
