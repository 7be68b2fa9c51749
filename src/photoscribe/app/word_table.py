"""What the application asks of the library about words: tags and fields of photos."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from photoscribe.core.changes import Plain, StatedField, TagKind
from photoscribe.core.photo import PhotoId
from photoscribe.core.tags import TagSaid, TagStanding, TagState
from photoscribe.core.wording import Words


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag of the library, or one above some. photos: present ones on which it or a tag below it is confirmed.

    own: those that have the tag itself. suggested: those on which it, or a tag below it, waits for a word. cover: a
    photo to show, with the hash of its picture.
    """

    tag: str
    photos: int
    own: int
    suggested: int
    cover: PhotoId | None
    cover_hash: str = ""


class WordTable(Protocol):
    """What the user said about photos as a whole, and what then stands. key: as core.tags.tag_key has it."""

    def tags(self) -> Sequence[TagCount]:
        """Every tag that stands somewhere and those above it, by the alphabet, each before those below it."""
        ...

    def verdicts(self, key: str, photos: Collection[PhotoId]) -> Mapping[PhotoId, TagKind]:
        """What the user said of a tag."""
        ...

    def standing(self, key: str, photos: Collection[PhotoId]) -> Mapping[PhotoId, TagState]:
        """How a tag stands, on those photos on which it does."""
        ...

    def stated_by_files(self, key: str, photos: Collection[PhotoId]) -> frozenset[PhotoId]:
        """The photos whose files have the tag without us."""
        ...

    def tags_of(self, photos: Sequence[PhotoId]) -> Mapping[PhotoId, Sequence[TagStanding]]:
        """The tags that stand on each photo, by the alphabet; photos without any are left out."""
        ...

    def tags_said(self, photos: Sequence[PhotoId]) -> Mapping[PhotoId, Sequence[TagSaid]]: ...

    def stated(self, photos: Sequence[PhotoId]) -> Mapping[PhotoId, Mapping[StatedField, Plain]]:
        """The user's own values of fields."""
        ...

    def known(self, photos: Sequence[PhotoId]) -> Mapping[PhotoId, Words]:
        """All that is known of each photo's tags and fields, for writing."""
        ...

    def spoken_of(self) -> frozenset[PhotoId]:
        """The photos of which the user said something, faces included, and those into whose files we wrote."""
        ...
