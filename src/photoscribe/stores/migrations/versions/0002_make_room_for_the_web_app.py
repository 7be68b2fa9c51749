"""Make room for the web app: the user's words about photos, pairs of faces, jobs and accounts."""

import json
from itertools import groupby
from pathlib import PurePath

import sqlalchemy as sa
from alembic import op

from photoscribe.core.tags import TagStated, standing_tags, tag_key, tag_text

# recreate="never" below: to make a table anew is to drop the old one, which takes every row with it that refers to it.

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("created_utc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("created_utc", sa.Text(), nullable=False),
        sa.Column("started_utc", sa.Text(), nullable=True),
        sa.Column("finished_utc", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("job", recreate="never") as batch_op:
        batch_op.create_index("job_by_state", ["state"], unique=False)

    op.create_table(
        "api_key",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_utc", sa.Text(), nullable=False),
        sa.Column("last_used_utc", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key_hash"),
    )
    op.create_table(
        "login",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.Column("created_utc", sa.Text(), nullable=False),
        sa.Column("expires_utc", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_table(
        "stated",
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("photo_id", "field"),
    )
    op.create_table(
        "tag_verdict",
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("photo_id", "key"),
    )
    with op.batch_alter_table("tag_verdict", recreate="never") as batch_op:
        batch_op.create_index("tag_verdict_by_key", ["key", "kind", "photo_id"], unique=False)

    op.create_table(
        "tagging",
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("photo_id", "key"),
    )
    with op.batch_alter_table("tagging", recreate="never") as batch_op:
        batch_op.create_index("tagging_by_key", ["key", "state", "photo_id"], unique=False)

    op.create_table(
        "face_pair",
        sa.Column("face_a", sa.Integer(), nullable=False),
        sa.Column("face_b", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["face_a"], ["face.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["face_b"], ["face.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("face_a", "face_b"),
    )
    with op.batch_alter_table("face_pair", recreate="never") as batch_op:
        batch_op.create_index("face_pair_by_b", ["face_b"], unique=False)

    with op.batch_alter_table("face", recreate="never") as batch_op:
        batch_op.drop_index("face_by_person")
        batch_op.create_index("face_by_person", ["person_id", "state", "photo_id"], unique=False)

    with op.batch_alter_table("person", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("cover_face", sa.Integer(), nullable=True))

    with op.batch_alter_table("photo", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("colour", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("look", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("missing", sa.Boolean(), server_default=sa.text("0"), nullable=False))
        batch_op.drop_index(batch_op.f("photo_by_taken"))
        batch_op.create_index("photo_by_camera", ["missing", "camera"], unique=False)
        batch_op.create_index("photo_by_place", ["missing", "country", "state", "city", "location"], unique=False)
        batch_op.create_index("photo_by_position", ["missing", "latitude", "longitude"], unique=False)
        batch_op.create_index("photo_by_time", ["missing", "taken_local", "id"], unique=False)

    with op.batch_alter_table("written", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("tags", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("fields", sa.JSON(), server_default="{}", nullable=False))

    with op.batch_alter_table("media_file", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("folder", sa.Text(), server_default="", nullable=False))
        batch_op.create_index("file_by_folder", ["missing", "folder", "photo_id"], unique=False)

    with op.batch_alter_table("journal", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("words_before", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("words", sa.JSON(), server_default="{}", nullable=False))

    with op.batch_alter_table("fact", recreate="never") as batch_op:
        batch_op.drop_index(batch_op.f("fact_by_photo"))
        batch_op.create_index("fact_by_photo", ["photo_id", "kind"], unique=False)

    _fill_folders()
    _fill_taggings()
    op.execute(
        "update photo set missing = (select m.missing from media_file as m where m.photo_id = photo.id)"
        " where exists (select 1 from media_file as m where m.photo_id = photo.id)"
    )


def _fill_taggings() -> None:
    """What the files say stands: of a tag nobody could say anything else before."""
    connection = op.get_bind()
    facts = connection.execute(
        sa.text("select id, photo_id, origin, value from fact where kind = 'tag' order by photo_id")
    )
    taggings, texts = [], []
    for photo, rows in groupby(facts.all(), key=lambda row: row.photo_id):
        found = [(row.id, TagStated(tuple(json.loads(row.value)), row.origin)) for row in rows]
        texts += [{"fact": id_, "text": tag_key(one.tag)} for id_, one in found]
        for one in standing_tags([one for _, one in found], (), ()):
            about = {"photo": photo, "key": tag_key(one.tag), "tag": tag_text(one.tag)}
            taggings.append({**about, "state": one.state, "origin": one.origin})
    if taggings:
        columns = "(photo_id, key, tag, state, origin) values (:photo, :key, :tag, :state, :origin)"
        connection.execute(sa.text(f"insert into tagging {columns}"), taggings)
        connection.execute(sa.text("update fact set text = :text where id = :fact"), texts)


def _fill_folders() -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.text("select photo_id, path from media_file")).all()
    folders = [{"photo": row.photo_id, "folder": str(PurePath(row.path).parent)} for row in rows]
    if folders:
        connection.execute(sa.text("update media_file set folder = :folder where photo_id = :photo"), folders)
