"""Which picture a photo has, and where its file is."""

from typing import cast

from sqlalchemy import select

from photoscribe.app.pictures import Look
from photoscribe.core.photo import MediaKind, PhotoId, version_of
from photoscribe.stores.database import Database
from photoscribe.stores.paths import to_path
from photoscribe.stores.schema import media_file, photo

_FILE = media_file.c


class SqlLooks:
    def __init__(self, database: Database) -> None:
        self._database = database

    def look(self, photo_id: PhotoId) -> Look | None:
        columns = photo.c.picture_hash, photo.c.kind, photo.c.width, photo.c.height
        wanted = select(*columns, _FILE.path, _FILE.size_bytes, _FILE.mtime_ns).join(
            photo, photo.c.id == _FILE.photo_id
        )
        with self._database.read() as connection:
            row = connection.execute(wanted.where(photo.c.id == photo_id)).first()
        if row is None:
            return None
        return Look(
            photo_id,
            row.picture_hash,
            version_of(row.picture_hash),
            to_path(row.path),
            cast("MediaKind", row.kind),
            max(row.width, row.height) if row.width and row.height else None,
            (row.size_bytes, row.mtime_ns),
        )
