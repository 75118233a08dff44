"""Alembic's environment for every history, run on one schema at a time.

It is started by bus/storage/history.py, which hands over a connection that is in a transaction.
"""

from alembic import context

attributes = context.config.attributes

context.configure(
    connection=attributes["connection"],
    version_table=attributes["version_table"],
    version_table_schema=attributes["schema"],
    # SQLite can undo DDL as well, but Alembic does not expect it to.
    transactional_ddl=True,
)
context.run_migrations()
