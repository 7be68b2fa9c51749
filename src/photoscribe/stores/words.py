"""The words about photos as the application asks for them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, func, select, true, union

from photoscribe.app.word_table import TagCount
from photoscribe.core.changes import Plain, StatedField, TagKind
from photoscribe.core.photo import PhotoId
from photoscribe.core.precedence import choose
from photoscribe.core.stated import plain_fields
from photoscribe.core.tags import TagSaid, TagStanding, TagState, ancestors, tag_key
from photoscribe.core.wording import Words
from photoscribe.stores import photo_words
from photoscribe.stores.database import REVISION, Database, get_setting
from photoscribe.stores.schema import face, fact, photo, stated, tag_verdict, tagging, verdict, written
from photoscribe.stores.slices import parts
from photoscribe.stores.written_rows import written_of

_PRESENT = tagging.c.photo_id.not_in(select(photo.c.id).where(photo.c.missing == true()))


class SqlWords:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._tags: tuple[str | None, Sequence[TagCount]] | None = None

    def tags(self) -> Sequence[TagCount]:
        """Counted once for each state of the library: half a second for 100,000 photos with seven tags each."""
        with self._database.read() as connection:
            revision = get_setting(connection, REVISION)
            known = self._tags
            if known is None or known[0] != revision:
                known = self._tags = revision, _counted(connection)
        return known[1]

    def verdicts(self, key: str, photos: Collection[PhotoId]) -> Mapping[PhotoId, TagKind]:
        wanted = select(tag_verdict.c.photo_id, tag_verdict.c.kind).where(tag_verdict.c.key == key)
        return self._mapped(wanted, photos)

    def standing(self, key: str, photos: Collection[PhotoId]) -> Mapping[PhotoId, TagState]:
        return self._mapped(select(tagging.c.photo_id, tagging.c.state).where(tagging.c.key == key), photos)

    def stated_by_files(self, key: str, photos: Collection[PhotoId]) -> frozenset[PhotoId]:
        told = select(fact.c.photo_id).where(fact.c.kind == "tag", fact.c.text == key)
        with self._database.read() as connection:
            found = {PhotoId(id_) for id_ in connection.execute(told).scalars()} & set(photos)
            ours = {
                id_
                for id_, left in written_of(connection, found).items()
                if any(one.added and tag_key(one.tag) == key for one in left.tags)
            }
            return frozenset((found - ours) | (photo_words.taken_out(connection, key) & set(photos)))

    def tags_of(self, photos: Sequence[PhotoId]) -> Mapping[PhotoId, Sequence[TagStanding]]:
        with self._database.read() as connection:
            return photo_words.standing_of(connection, photos)

    def tags_said(self, photos: Sequence[PhotoId]) -> Mapping[PhotoId, Sequence[TagSaid]]:
        with self._database.read() as connection:
            return photo_words.tags_said(connection, photos)

    def stated(self, photos: Sequence[PhotoId]) -> Mapping[PhotoId, Mapping[StatedField, Plain]]:
        with self._database.read() as connection:
            return photo_words.stated_of(connection, photos)

    def known(self, photos: Sequence[PhotoId]) -> Mapping[PhotoId, Words]:
        with self._database.read() as connection:
            said, in_files = photo_words.tags_said(connection, photos), photo_words.tags_in_files(connection, photos)
            values = photo_words.stated_of(connection, photos)
            statements = photo_words.statements_of(connection, photos)
        return {
            id_: Words(
                tuple(said.get(id_, ())),
                values.get(id_, {}),
                tuple(one.tag for one in in_files.get(id_, ())),
                plain_fields(choose(statements.get(id_, ()))),
            )
            for id_ in photos
        }

    def spoken_of(self) -> frozenset[PhotoId]:
        of_faces = select(face.c.photo_id).join(verdict, verdict.c.face_id == face.c.id)
        spoken = union(
            of_faces.where(verdict.c.source == "user"),
            select(tag_verdict.c.photo_id),
            select(stated.c.photo_id),
            select(written.c.photo_id),
        )
        with self._database.read() as connection:
            return frozenset(PhotoId(id_) for id_ in connection.execute(spoken).scalars())

    def _mapped(self, wanted: Any, photos: Collection[PhotoId]) -> dict[PhotoId, Any]:
        """Pairs of (photo, value) of these photos. One scan of the key's index is quicker than to ask for each."""
        among = set(photos)
        if len(among) <= 500:
            wanted = wanted.where(wanted.selected_columns[0].in_(among))
        with self._database.read() as connection:
            return {PhotoId(id_): value for id_, value in connection.execute(wanted) if id_ in among}


def _counted(connection: Connection) -> Sequence[TagCount]:
    """Each tag and those above it."""
    of = tagging.c.key, tagging.c.state
    counts = func.min(tagging.c.tag), func.count(), func.max(tagging.c.photo_id)
    rows = connection.execute(select(*of, *counts).where(_PRESENT).group_by(*of)).all()
    found: dict[str, dict[str, Any]] = {}
    parents: set[str] = set()
    for key, state, tag, photos, newest in rows:
        one = found.setdefault(key, _nothing(tag))
        one["photos" if state == "confirmed" else "suggested"] = photos
        if state == "confirmed":
            one |= {"tag": tag, "own": photos, "cover": newest}
        for above in ancestors(key):
            parents.add(above)
            found.setdefault(above, _nothing("/".join(tag.split("/")[: above.count("/") + 1])))
    for key in parents:
        below = and_(tagging.c.key > f"{key}/", tagging.c.key < f"{key}0") | (tagging.c.key == key)  # "0" follows "/"
        counted = select(tagging.c.state, func.count(tagging.c.photo_id.distinct()), func.max(tagging.c.photo_id))
        for state, photos, newest in connection.execute(counted.where(below, _PRESENT).group_by(tagging.c.state)):
            found[key]["photos" if state == "confirmed" else "suggested"] = photos
            if state == "confirmed":
                found[key]["cover"] = newest
    hashes = _hashes(connection, {one["cover"] for one in found.values() if one["cover"] is not None})
    ordered = sorted(found.items(), key=lambda pair: pair[0].split("/"))
    return [TagCount(**one, cover_hash=hashes.get(one["cover"], "")) for _, one in ordered]


def _nothing(tag: str) -> dict[str, Any]:
    return {"tag": tag, "photos": 0, "own": 0, "suggested": 0, "cover": None}


def _hashes(connection: Connection, photos: Collection[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for part in parts(sorted(photos)):
        wanted = select(photo.c.id, photo.c.picture_hash).where(photo.c.id.in_(part))
        found |= {row.id: row.picture_hash for row in connection.execute(wanted)}
    return found
