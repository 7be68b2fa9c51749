"""What the user set once for a library."""

from dataclasses import dataclass
from typing import cast

from photoscribe.app.library import Notes
from photoscribe.app.recognising import ALIKE, DEFAULT_ALIKE
from photoscribe.app.writing import Target

_TILES, _CREDIT, _TARGET, _UPLOADS = "tile_server", "tile_attribution", "write_target", "uploads_folder"


@dataclass(frozen=True, slots=True)
class Preferences:
    """alike: as Recognising.regroup has it. tile_server: of a map of the user's choice, "" for the one inside.

    uploads_folder: where uploads go, "" for a folder in the library.
    """

    alike: float = DEFAULT_ALIKE
    tile_server: str = ""
    tile_attribution: str = ""
    write_target: Target = "file"
    uploads_folder: str = ""


def load(notes: Notes) -> Preferences:
    target = notes.get(_TARGET)
    return Preferences(
        float(notes.get(ALIKE) or DEFAULT_ALIKE),
        notes.get(_TILES) or "",
        notes.get(_CREDIT) or "",
        cast("Target", target) if target in {"file", "sidecar", "both"} else "file",
        notes.get(_UPLOADS) or "",
    )


def save(notes: Notes, preferences: Preferences) -> None:
    """All but `alike`, which the grouping keeps when it has grouped so."""
    notes.put(_TILES, preferences.tile_server)
    notes.put(_CREDIT, preferences.tile_attribution)
    notes.put(_TARGET, preferences.write_target)
    notes.put(_UPLOADS, preferences.uploads_folder)
