"""The tables, for any database that SQLAlchemy speaks. Migrations lead here; a test holds them to it."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

metadata = MetaData()

setting = Table("setting", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

root = Table("root", metadata, Column("path", Text, primary_key=True))

photo = Table(
    "photo",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("added_utc", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("picture_hash", Text, nullable=False, server_default=""),
    Column("width", Integer),
    Column("height", Integer),
    Column("taken_local", Text),
    Column("taken_offset_minutes", Integer),
    Column("taken_utc", Text),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("altitude_m", Float),
    Column("location", Text, nullable=False, server_default=""),
    Column("city", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False, server_default=""),
    Column("country", Text, nullable=False, server_default=""),
    Column("title", Text, nullable=False, server_default=""),
    Column("caption", Text, nullable=False, server_default=""),
    Column("rating", Integer),
    Column("camera", Text, nullable=False, server_default=""),
    Index("photo_by_taken", "taken_local"),
    Index("photo_by_picture", "picture_hash"),
)

media_file = Table(
    "media_file",
    metadata,
    Column("photo_id", ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True),
    Column("path", Text, nullable=False, unique=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("sidecars", JSON, nullable=False),
    Column("content_hash", Text, nullable=False, server_default=""),
    Column("missing", Boolean, nullable=False),
    Index("file_by_size", "size_bytes"),
)

skipped = Table(
    "skipped",
    metadata,
    Column("path", Text, primary_key=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("failed", Boolean, nullable=False),
)

ledger = Table(
    "ledger",
    metadata,
    Column("photo_id", ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True),
    Column("step", Text, primary_key=True),
    Column("version", Text, nullable=False),
    Column("state", Text, nullable=False),  # claimed, done, failed, retry, stale
    Column("picture_hash", Text, nullable=False, server_default=""),
    Column("error", Text, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False),
    Column("run", Integer, nullable=False),
    Index("ledger_by_state", "step", "state"),
)

fact = Table(
    "fact",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("photo_id", ForeignKey("photo.id", ondelete="CASCADE"), nullable=False),
    Column("step", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("value", JSON, nullable=False),
    Column("text", Text, nullable=False, server_default=""),
    Index("fact_by_photo", "photo_id", "step"),
    Index("fact_by_text", "kind", "text"),
)

person = Table(
    "person",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True),
)

face = Table(
    "face",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("photo_id", ForeignKey("photo.id", ondelete="CASCADE"), nullable=False),
    Column("x", Float, nullable=False),
    Column("y", Float, nullable=False),
    Column("w", Float, nullable=False),
    Column("h", Float, nullable=False),
    Column("score", Float, nullable=False),
    Column("source", Text, nullable=False),  # detector, file, user
    Column("landmarks", JSON, nullable=False),
    Column("size_px", Float),
    Column("sharpness", Float),
    Column("frontal", Float),
    Column("model", Text, nullable=False, server_default=""),
    Column("vector", LargeBinary),
    Column("group_id", Integer),
    Column("suggested", Text),
    Column("suggested_probability", Float),
    Column("state", Text, nullable=False),  # what stand() says, kept so that queries need not weigh verdicts
    Column("person_id", Text),
    Index("face_by_photo", "photo_id"),
    Index("face_by_person", "person_id", "state"),
    Index("face_by_group", "group_id"),
)

verdict = Table(
    "verdict",
    metadata,
    Column("face_id", ForeignKey("face.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("person_id", Text, primary_key=True),  # "" for verdicts that are about nobody
    Column("source", Text, primary_key=True),
    Index("verdict_by_person", "person_id"),
)

change = Table(
    "change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at_utc", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("operations", JSON, nullable=False),
    Column("undoes", Integer),
    Column("undone_by", Integer),
)

journal = Table(
    "journal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("change_id", ForeignKey("change.id"), nullable=False),
    Column("photo_id", ForeignKey("photo.id", ondelete="CASCADE"), nullable=False),
    Column("path", Text, nullable=False),
    Column("before_hash", Text, nullable=False),
    Column("after_hash", Text, nullable=False),
    Column("patch", LargeBinary, nullable=False),
    Column("regions_before", JSON, nullable=False),
    Column("regions", JSON, nullable=False),
    Column("state", Text, nullable=False),  # prepared, done
    Index("journal_by_change", "change_id"),
    Index("journal_by_state", "state"),
)

written = Table(
    "written",
    metadata,
    Column("photo_id", ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True),
    Column("regions", JSON, nullable=False),
)
