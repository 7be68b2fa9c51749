"""Jobs, writing into files, history, settings, accounts."""

from typing import Literal

from pydantic import Field, StrictFloat, StrictInt

from photoscribe.web.dto.photos import PersonShape
from photoscribe.web.dto.shared import QueryText, Scope, Shape

Role = Literal["owner", "editor", "viewer"]


class Job(Shape):
    """Long work. total: null until it is known. seconds_left: an estimate, null when there is none."""

    id: int
    kind: Literal["index", "write", "regroup"]
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    done: int
    total: int | None
    failed: int
    message: str
    result: dict[str, object] | None
    created: str
    started: str | None
    finished: str | None
    seconds_left: float | None


class IndexRequest(Shape):
    """paths: folders or photos; none means all that the library knows."""

    paths: list[str] = Field(default=[], max_length=1000)


class WriteRequest(Shape):
    """Which photos to write what was confirmed into: those of a query, or these; neither means all."""

    query: QueryText | None = None
    photos: list[StrictInt] | None = Field(default=None, max_length=100_000)
    target: Literal["file", "sidecar", "both"] = "file"


class RegroupRequest(Shape):
    """alike: 0 the loosest, 0.5 as calibrated, 1 the strictest."""

    alike: StrictFloat = Field(ge=0, le=1)


class FieldDiff(Shape):
    """One field of a file before and after; lists have several items, an absent field none."""

    field: str
    before: list[str]
    after: list[str]


class ReceiptShape(Shape):
    """What was, or would be, done to one file."""

    photo: int
    path: str
    file: str
    outcome: Literal["planned", "written", "same", "refused", "failed", "restored"]
    changes: list[FieldDiff]
    reason: str


class ChangeShape(Shape):
    """One entry of the history, newest first. undone_by: the change that took it back."""

    id: int
    at: str
    kind: str
    summary: str
    faces: int
    photos: int
    files: int
    undoes: int | None
    undone_by: int | None


class UndoneShape(Shape):
    change: int
    undoes: int
    summary: str
    faces: int
    photos: int
    receipts: list[ReceiptShape]


class ProblemPhoto(Shape):
    """A photo or folder that could not be read or analysed. photo: null when it is not in the library."""

    photo: int | None
    path: str
    step: str
    error: str
    attempts: int


class Root(Shape):
    """A folder that the library indexes. there: whether it can be seen now."""

    folder: str
    photos: int
    missing: int
    there: bool


class FolderChoice(Shape):
    """A folder of this machine to choose from. photos_likely: it holds files named like photos."""

    folder: str
    name: str
    photos_likely: bool
    known: bool


class FolderChoices(Shape):
    folder: str
    parent: str | None
    items: list[FolderChoice]


class Uploaded(Shape):
    """What became of one uploaded file. path: where it lies now. photo: once it is indexed."""

    name: str
    outcome: Literal["stored", "known", "refused"]
    path: str | None
    reason: str = ""


class SettingsShape(Shape):
    """alike: how alike faces must be to group. tile_server: a map of your choice; null for the one inside."""

    alike: StrictFloat = Field(ge=0, le=1)
    tile_server: str | None = Field(default=None, max_length=500, examples=["https://tiles.example/{z}/{x}/{y}.png"])
    tile_attribution: str = Field(default="", max_length=500)
    write_target: Literal["file", "sidecar", "both"] = "file"
    uploads_folder: str = Field(default="", max_length=4096, description="Where uploads go; empty: in the library.")


class AccountShape(Shape):
    id: str
    name: str
    role: Role
    scopes: list[Scope]


class Status(Shape):
    """needs_login: nothing else answers before. account: who is logged in; null on an open loopback server."""

    version: str
    needs_login: bool
    account: AccountShape | None
    csrf: str | None = Field(description="Goes into the header X-CSRF-Token of every request that changes something.")
    scopes: list[Scope]
    library: str
    revision: int
    photos: int
    missing: int
    pending: int
    failed: int
    faces: int
    unnamed_faces: int
    suggested_faces: int
    people: int
    groups: int
    jobs: list[Job]
    upload_limit_bytes: int


class Login(Shape):
    name: str = Field(max_length=200)
    password: str = Field(max_length=1000)


class NewAccount(Shape):
    name: str = Field(min_length=1, max_length=200)
    password: str = Field(min_length=10, max_length=1000)
    role: Role


class AccountEdit(Shape):
    password: str | None = Field(default=None, min_length=10, max_length=1000)
    role: Role | None = None


class NewKey(Shape):
    name: str = Field(min_length=1, max_length=200)
    scopes: list[Scope] = Field(min_length=1)


class KeyShape(Shape):
    """An API key. key: shown once, when it is made."""

    id: str
    name: str
    scopes: list[Scope]
    created: str
    last_used: str | None
    key: str | None = None


class Event(Shape):
    """What /api/events sends, as JSON data of a server-sent event named by `event`."""

    event: Literal["job", "library", "learned"]
    revision: int
    job: Job | None = None
    people: list[PersonShape] | None = None
