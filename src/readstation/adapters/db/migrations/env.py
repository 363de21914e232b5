"""Run by alembic: migrates on the connection that `database.migrate` hands over."""

from alembic import context

from readstation.adapters.db.schema import studies

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=studies.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
