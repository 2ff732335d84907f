"""库表 Registers whose department gives a read-only role on views of its own PostgreSQL."""
