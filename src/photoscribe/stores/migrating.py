"""Brings a library to this version's tables, by numbered migrations."""

from pathlib import Path

from sqlalchemy import inspect, text

from photoscribe.core.errors import Unavailable
from photoscribe.stores.database import Database

HEAD = "0002"
"""The newest migration; a test holds it to the folder of migrations."""

_SCRIPTS = Path(__file__).parent / "migrations"


def migrate(database: Database) -> None:
    """Run what is missing, in one transaction. A library of a newer photoscribe is left alone: Unavailable."""
    with database.read() as connection:
        known = inspect(connection).has_table("alembic_version")
        current = connection.execute(text("select version_num from alembic_version")).scalar() if known else None
    if current == HEAD:
        return
    if current is not None and current > HEAD:
        raise Unavailable(
            f"the library {database.where} was made by a newer photoscribe. Update this one, or use another --library"
        )
    from alembic import command  # noqa: PLC0415 slow to import, and needed only when there is something to migrate
    from alembic.config import Config  # noqa: PLC0415 as above

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    with database.write(shown=False) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
