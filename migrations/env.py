"""Alembic's environment: the application's engine, metadata of all rooms."""

from alembic import context
from flask import current_app

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


def run() -> None:
    """The database is at the wanted revision, each migration in its own transaction."""
    with database.engine.connect() as connection:
        keys_held(connection, False)
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            compare_type=compare_type,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        if connection.dialect.name == "sqlite":
            lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            assert not lost, f"rows that lead nowhere: {lost}"
        connection.commit()
        keys_held(connection, True)


run()
