"""What the user says about tags of photos: of one photo or of a hundred thousand, each action one Change."""

from collections.abc import Collection, Sequence

from photoscribe.app.choosing import Photos, Said, count_of, ids_of
from photoscribe.app.library import Library
from photoscribe.core.changes import Operation, TagGiven, TagKind
from photoscribe.core.facts import TagPath
from photoscribe.core.photo import PhotoId
from photoscribe.core.tags import clean_tag, tag_key, tag_text


class Tagging:
    """Every action answers how many photos it touched. With dry_run it only counts them."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def tag(self, tag: str, photos: Photos, *, dry_run: bool = False) -> Said:
        """Give the photos a tag. Those that have it already, from the user or from their files, stay as they are."""
        about = _About(self._library, clean_tag(tag), ids_of(self._library, photos))
        wanting = [id_ for id_ in about.photos if about.standing.get(id_) != "confirmed"]
        return self._done("tag", f"{count_of(len(wanting))} tagged {about.text}", about.confirmed(wanting), dry_run)

    def untag(self, tag: str, photos: Photos, *, dry_run: bool = False) -> Said:
        """Take a tag away. The tags below it stay: without "Places" a photo in "Places/Italy" is still there.

        The user's own word is taken back. What the files say, or a machine suggests, is rejected, so that the next
        write takes it out of the files.
        """
        about = _About(self._library, clean_tag(tag), ids_of(self._library, photos))
        having = [id_ for id_ in about.photos if id_ in about.standing]
        operations = about.taken_back(having, "confirmed")
        operations += about.given([id_ for id_ in having if about.is_said_by_others(id_)], "rejected")
        return self._done("untag", f"{about.text} taken from {count_of(len(having))}", operations, dry_run)

    def confirm(self, tag: str, photos: Photos, *, dry_run: bool = False) -> Said:
        """Say that a tag is right where a machine suggested it."""
        about = _About(self._library, clean_tag(tag), ids_of(self._library, photos))
        suggested = [id_ for id_ in about.photos if about.standing.get(id_) == "suggested"]
        summary = f"{about.text} confirmed on {count_of(len(suggested))}"
        return self._done("confirm_tag", summary, about.confirmed(suggested), dry_run)

    def reject(self, tag: str, photos: Photos, *, dry_run: bool = False) -> Said:
        """Say that a tag is wrong where it stands or is suggested: it goes from the files, and never comes back."""
        about = _About(self._library, clean_tag(tag), ids_of(self._library, photos))
        having = [id_ for id_ in about.photos if id_ in about.standing]
        operations = [*about.taken_back(having, "confirmed"), *about.given(having, "rejected")]
        return self._done("reject_tag", f"{about.text} rejected on {count_of(len(having))}", operations, dry_run)

    def _done(self, kind: str, summary: str, operations: Sequence[Operation], dry_run: bool) -> Said:
        touched = {photo for one in operations if isinstance(one, TagGiven) for photo in one.photos}
        if dry_run or not touched:
            return Said(None, len(touched))
        change, _ = self._library.history.record(kind, summary, operations)
        return Said(change, len(touched))


class _About:
    """One tag on some photos: what was said of it, and how it stands."""

    def __init__(self, library: Library, tag: TagPath, photos: Sequence[PhotoId]) -> None:
        self.tag, self.text, self.photos = tag, tag_text(tag), photos
        key = tag_key(tag)
        self.standing = library.words.standing(key, photos)
        self._verdicts = library.words.verdicts(key, photos)
        self._in_files = library.words.stated_by_files(key, photos)

    def is_said_by_others(self, photo: PhotoId) -> bool:
        """Whether the tag would stand, or be suggested, without the user's word."""
        return photo in self._in_files or self._verdicts.get(photo) != "confirmed"

    def confirmed(self, photos: Collection[PhotoId]) -> list[Operation]:
        return [*self.taken_back(photos, "rejected"), *self.given(photos, "confirmed")]

    def given(self, photos: Collection[PhotoId], kind: TagKind) -> list[Operation]:
        new = tuple(id_ for id_ in photos if self._verdicts.get(id_) != kind)
        return [TagGiven(self.tag, kind, new)] if new else []

    def taken_back(self, photos: Collection[PhotoId], kind: TagKind) -> list[Operation]:
        old = tuple(id_ for id_ in photos if self._verdicts.get(id_) == kind)
        return [TagGiven(self.tag, kind, old, present=False)] if old else []
