"""Alembic's door: runs migrations on the connection that it is given."""

from alembic import context

from photoscribe.stores import schema

context.configure(
    connection=context.config.attributes["connection"], target_metadata=schema.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
