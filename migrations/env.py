"""Runs migrations on the connection that ``roadmap.migrations`` opened and will commit."""

from alembic import context

from roadmap.database import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    transactional_ddl=False,  # the caller's one transaction spans all steps
)
context.run_migrations()
