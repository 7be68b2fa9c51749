"""What every command gets: the options, where to speak, and the application, made when first needed."""

import os
import re
import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from photoscribe.app.choosing import Said
from photoscribe.app.editing import Chosen, Edited
from photoscribe.cli.arguments import Options, query_line
from photoscribe.cli.output import Output
from photoscribe.config import settings
from photoscribe.core.errors import UsageError
from photoscribe.core.people import FaceId, GroupId
from photoscribe.core.query import Query, parse

if TYPE_CHECKING:
    from photoscribe.compose import Application

_FACE = re.compile(r"f(\d+)")
_GROUP = re.compile(r"g?(\d+)")


class Session:
    def __init__(self, options: Options, output: Output) -> None:
        self.options, self.output = options, output

    @cached_property
    def application(self) -> "Application":
        from photoscribe.compose import Application  # noqa: PLC0415 `--help` need not wait for the database

        return Application(settings(self.options.library, os.environ))

    @property
    def interactive(self) -> bool:
        """Whether there is a person to ask."""
        return sys.stdin is not None and sys.stdin.isatty()

    def close(self) -> None:
        if "application" in self.__dict__:
            self.application.close()

    def changed(self, edited: Edited) -> None:
        """Say what an action did."""
        if self.output.json_lines:
            self.output.record({"change": edited.change, "faces": edited.faces})
        else:
            plural = "" if edited.faces == 1 else "s"
            self.output.text(f"{edited.faces} face{plural}. Take it back with: photoscribe undo {edited.change}")

    def said(self, said: Said) -> None:
        """Say what an action on photos did."""
        if self.output.json_lines:
            self.output.record({"change": said.change, "photos": said.photos, "faces": said.faces})
            return
        plural = "" if said.photos == 1 else "s"
        back = f" Take it back with: photoscribe undo {said.change}" if said.change is not None else ""
        self.output.text(f"{said.photos} photo{plural}.{back}")


def session(context: typer.Context) -> Session:
    found = context.find_object(Session)
    if found is None:
        raise RuntimeError("a command was run without a session")
    return found


def query_of(words: list[str] | None) -> Query:
    return parse(query_line(words or []))


def chosen(targets: list[str]) -> Chosen:
    """`f12` is a face, `3` or `g3` a group. Raises UsageError for anything else."""
    faces: list[FaceId] = []
    groups: list[GroupId] = []
    for target in targets:
        if face := _FACE.fullmatch(target):
            faces.append(FaceId(int(face[1])))
        elif group := _GROUP.fullmatch(target):
            groups.append(GroupId(int(group[1])))
        else:
            raise UsageError(f"neither a face nor a group: {target}. Faces are like f12, groups like 3")
    return Chosen(tuple(faces), tuple(groups))


def targets_or_people(targets: list[str]) -> tuple[Chosen, tuple[str, ...]]:
    """Faces and groups, and what is neither: names of people."""
    names = tuple(one for one in targets if not (_FACE.fullmatch(one) or _GROUP.fullmatch(one)))
    return chosen([one for one in targets if one not in names]), names


def absolute(path: Path) -> Path:
    return path.expanduser().absolute()
