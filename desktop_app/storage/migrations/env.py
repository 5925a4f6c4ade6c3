"""What Alembic runs to migrate, on the connection and in the transaction that it is handed."""

from alembic import context

from desktop_app.storage.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
