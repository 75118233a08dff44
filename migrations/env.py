"""Alembic's environment: one for all modules, run on one module's schema at a time.

It is started by app/migrations.py, which holds the lock and hands over the connection.
"""

from alembic import context

from app.migrations import VERSION_TABLE, only_schema

schema = context.config.attributes["schema"]
connection = context.config.attributes["connection"]

context.configure(
    connection=connection,
    version_table=VERSION_TABLE,
    version_table_schema=schema,
    include_schemas=True,
    include_name=only_schema(schema),
    # SQLite can undo DDL as well, but Alembic does not expect it to.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
