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
    false,
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
    Column("colour", Integer),  # 0xRRGGBB, the average; null until the picture was decoded
    Column("look", LargeBinary),  # core.looks: what it looks like as a whole; null until the picture was decoded
    Column("missing", Boolean, nullable=False, server_default=false()),  # none of its files is there
    Index("photo_by_picture", "picture_hash"),
    Index("photo_by_time", "missing", "taken_local", "id"),
    Index("photo_by_position", "missing", "latitude", "longitude"),
    Index("photo_by_camera", "missing", "camera"),
    Index("photo_by_place", "missing", "country", "state", "city", "location"),
)

media_file = Table(
    "media_file",
    metadata,
    Column("photo_id", ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True),
    Column("path", Text, nullable=False, unique=True),
    Column("folder", Text, nullable=False, server_default=""),  # the path's, so that folders are counted by an index
    Column("size_bytes", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("sidecars", JSON, nullable=False),
    Column("content_hash", Text, nullable=False, server_default=""),
    Column("missing", Boolean, nullable=False),
    Index("file_by_folder", "missing", "folder", "photo_id"),
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
    # By kind too: else a look for one kind of a photo's facts goes through that kind of all photos, by the index below.
    Index("fact_by_photo", "photo_id", "kind"),
    Index("fact_by_text", "kind", "text"),
)

person = Table(
    "person",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True),
    Column("cover_face", Integer),  # chosen by the user; null: the best one
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
    Index("face_by_person", "person_id", "state", "photo_id"),
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
    Column("words_before", JSON, nullable=False, server_default="{}"),
    Column("words", JSON, nullable=False, server_default="{}"),
    Column("state", Text, nullable=False),  # prepared, done
    Index("journal_by_change", "change_id"),
    Index("journal_by_state", "state"),
)

written = Table(
    "written",
    metadata,
    Column("photo_id", ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True),
    Column("regions", JSON, nullable=False),
    Column("tags", JSON, nullable=False, server_default="[]"),
    Column("fields", JSON, nullable=False, server_default="{}"),
)

# What the user said about the tags of a photo, and what follows from that, the files and the machine.
tag_verdict = Table(
    "tag_verdict",
    metadata,
    Column("photo_id", ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True),
    Column("key", Text, primary_key=True),  # the tag folded, so that case does not make another one
    Column("tag", Text, nullable=False),  # parts joined by "/"
    Column("kind", Text, nullable=False),  # confirmed, rejected
    Index("tag_verdict_by_key", "key", "kind", "photo_id"),
)

tagging = Table(
    "tagging",
    metadata,
    Column("photo_id", ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("tag", Text, nullable=False),
    Column("state", Text, nullable=False),  # confirmed, suggested
    Column("origin", Text, nullable=False),  # user, or the part of the file, or the step
    Column("probability", Float),
    Index("tagging_by_key", "key", "state", "photo_id"),
)

# The user's own value of a field: title, caption, rating, taken, position, place. Outranks the files'.
stated = Table(
    "stated",
    metadata,
    Column("photo_id", ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True),
    Column("field", Text, primary_key=True),
    Column("value", JSON, nullable=False),
)

# Two faces that the user said are two people, or one, without saying who. face_a < face_b.
face_pair = Table(
    "face_pair",
    metadata,
    Column("face_a", ForeignKey("face.id", ondelete="CASCADE"), primary_key=True),
    Column("face_b", ForeignKey("face.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, nullable=False),  # apart, together
    Index("face_pair_by_b", "face_b"),
)

job = Table(
    "job",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("state", Text, nullable=False),  # queued, running, done, failed, cancelled
    Column("done", Integer, nullable=False),
    Column("total", Integer),
    Column("failed", Integer, nullable=False),
    Column("message", Text, nullable=False, server_default=""),
    Column("result", JSON),
    Column("created_utc", Text, nullable=False),
    Column("started_utc", Text),
    Column("finished_utc", Text),
    Index("job_by_state", "state"),
)

account = Table(
    "account",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),  # owner, editor, viewer
    Column("password_hash", Text, nullable=False),
    Column("created_utc", Text, nullable=False),
)

login = Table(
    "login",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    Column("csrf", Text, nullable=False),
    Column("created_utc", Text, nullable=False),
    Column("expires_utc", Text, nullable=False),
)

api_key = Table(
    "api_key",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("key_hash", Text, nullable=False, unique=True),
    Column("scopes", JSON, nullable=False),
    Column("created_utc", Text, nullable=False),
    Column("last_used_utc", Text),
)
