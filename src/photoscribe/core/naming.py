"""What a photo's files should say about its people, from what was said in the library."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from photoscribe.core.edits import Edit
from photoscribe.core.faces import match
from photoscribe.core.facts import Region
from photoscribe.core.geometry import Box
from photoscribe.core.people import PersonId, Verdict


@dataclass(frozen=True, slots=True)
class FaceSaid:
    """A face and what was said about it."""

    box: Box
    verdicts: tuple[Verdict, ...]


def edit_of(faces: Sequence[FaceSaid], names: Mapping[PersonId, str], written: Sequence[Region]) -> Edit:
    """The edit that makes the photo's files say what the user said, and no more.

    Every face that the user confirmed gets its name. Names that go: those that we wrote and the user
    no longer stands by, and those of other programs that the user contradicted on that very face.
    written: the named regions that our last write left in the files.
    """
    wanted = [Region(face.box, names[id_]) for face in faces if (id_ := _confirmed(face, "user")) and id_ in names]
    unwanted = _abandoned(written, wanted)
    for face in faces:
        in_file = _confirmed(face, "file")
        if in_file is not None and in_file in names and _contradicts(face, in_file):
            unwanted.append(Region(face.box, names[in_file]))
    return Edit(name_regions=tuple(wanted), drop_regions=tuple(dict.fromkeys(unwanted)))


def _confirmed(face: FaceSaid, source: str) -> PersonId | None:
    return next((v.person for v in face.verdicts if v.kind == "confirmed" and v.source == source), None)


def _contradicts(face: FaceSaid, person: PersonId) -> bool:
    """Whether the user said that the face is someone else, is not this person, or is no face."""
    said = [verdict for verdict in face.verdicts if verdict.source == "user"]
    if any(verdict.kind == "confirmed" and verdict.person == person for verdict in said):
        return False
    return any(
        verdict.kind in {"confirmed", "not_a_face"} or (verdict.kind == "rejected" and verdict.person == person)
        for verdict in said
    )


def _abandoned(written: Sequence[Region], wanted: Iterable[Region]) -> list[Region]:
    """Regions of ours whose place no longer bears that name."""
    by_name: dict[str, list[Box]] = {}
    for region in wanted:
        by_name.setdefault(region.name, []).append(region.box)
    return [region for region in written if not match([region.box], by_name.get(region.name, [])).pairs]
