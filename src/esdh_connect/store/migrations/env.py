"""Run by Alembic: the revisions go into the transaction that was handed in."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table="esdh_connect_schema",
)
context.run_migrations()
