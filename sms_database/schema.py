"""The schema that this version of the program was written for."""

REVISION = "0012"
"""Alembic's head. Known here because an egg carries no `alembic/`; a test holds the two equal."""
