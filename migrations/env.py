"""Alembic's environment: the application's engine, metadata of all rooms."""

import time

from alembic import context
from flask import current_app
from sqlalchemy.exc import OperationalError

# shorter than a server takes to find a deadlock: who is writing never gives way to a migration
WAIT, PAUSE, TRIES = "500ms", 1.0, 60
IN_THE_WAY = {"55P03", "40P01"}  # lock_not_available, deadlock_detected

database = current_app.extensions["migrate"].db


def compare_type(_context, _inspected, _metadata, inspected_type, metadata_type):
    """Let Alembic decide, but for our Instant, which is a timestamp on both databases."""
    return False if metadata_type.__class__.__name__ == "Instant" else None


def keys_held(connection, on: bool) -> None:
    """SQLite checks foreign keys, or not: a table built anew is gone for a moment."""
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.execute(
            f"PRAGMA foreign_keys={'ON' if on else 'OFF'}"
        )


def migrated(connection) -> bool:
    """Whether nothing stood in the way; what was done before is done, each migration as a whole."""
    context.configure(
        connection=connection,
        target_metadata=database.metadata,
        compare_type=compare_type,
        transaction_per_migration=True,
    )
    try:
        with context.begin_transaction():
            context.run_migrations()
    except OperationalError as refusal:
        connection.rollback()
        if getattr(refusal.orig, "sqlstate", "") not in IN_THE_WAY:
            raise
        return False
    return True


def run() -> None:
    """The database is at the wanted revision, each migration in its own transaction."""
    with database.engine.connect() as connection:
        keys_held(connection, False)
        if connection.dialect.name == "postgresql":
            connection.detach()  # nobody else gets it with this setting
            connection.exec_driver_sql(f"SET lock_timeout = '{WAIT}'")
            connection.commit()
        for left in range(TRIES, -1, -1):
            if migrated(connection):
                break
            assert left, "somebody holds what a migration needs: end what runs long, then again"
            time.sleep(PAUSE)
        if connection.dialect.name == "sqlite":
            lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            assert not lost, f"rows that lead nowhere: {lost}"
        connection.commit()
        keys_held(connection, True)


run()
