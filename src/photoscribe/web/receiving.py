"""Files that come in as a form, straight to the disk: a film of gigabytes takes no memory."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from anyio.to_thread import run_sync
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from photoscribe.app.uploading import Incoming

_MOST_FILES = 5000
_LONGEST_TEXT = 4 << 20


async def receive(request: Request, folder: Path, limit_bytes: int) -> list[Incoming]:
    """The files of the form's field "files", under the names that "paths" gives them.

    Raises HTTPException: 413 for a body that is too large, 415 and 400 for one that is no form.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise HTTPException(415, "send a form: multipart/form-data with a field `files`")
    too_large = HTTPException(
        413, f"the upload is larger than the {limit_bytes // 1_000_000} MB that this server takes"
    )
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > limit_bytes:
        raise too_large
    form = _Form(folder)
    parser = MultipartParser(boundary, form.callbacks())  # type: ignore[arg-type]  # its type of callbacks is too narrow
    received = 0
    try:
        async for chunk in request.stream():
            received += len(chunk)
            if received > limit_bytes:
                raise too_large
            await run_sync(parser.write, chunk)
        parser.finalize()
    except (MultipartParseError, ClientDisconnect) as error:
        raise HTTPException(400, "the form ended before it was whole, or is none") from error
    finally:
        form.close()
    if not form.whole:
        raise HTTPException(400, "the form ended before it was whole, or is none")
    if not form.incoming():
        raise HTTPException(422, "there is no file in the form's field `files`")
    return form.incoming()


@dataclass(slots=True)
class _Form:
    """What the parser calls as parts come by."""

    folder: Path
    whole: bool = False
    _headers: dict[bytes, bytes] = field(default_factory=dict)
    _name: bytes = b""
    _value: bytes = b""
    _out: BinaryIO | None = None
    _text: bytearray = field(default_factory=bytearray)
    _field: str = ""
    _files: list[tuple[str, Path]] = field(default_factory=list)
    _paths: list[str] = field(default_factory=list)

    def callbacks(self) -> dict[str, object]:
        return {
            "on_part_begin": self._headers.clear,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._begin,
            "on_part_data": self._data,
            "on_part_end": self.close,
            "on_end": self._end,
        }

    def incoming(self) -> list[Incoming]:
        if self._paths and len(self._paths) != len(self._files):
            raise HTTPException(400, "`paths` must name as many files as `files` has")
        names = self._paths or [name for name, _ in self._files]
        return [Incoming(name, file) for name, (_, file) in zip(names, self._files, strict=True)]

    def close(self) -> None:
        if self._out is not None:
            self._out.close()
            self._out = None
        elif self._field == "paths" and self._text:
            self._paths += _paths(bytes(self._text).decode("utf-8", "replace"))
        self._field = ""
        self._text.clear()

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def _begin(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._field = options.get(b"name", b"").decode("utf-8", "replace")
        if self._field == "files" and b"filename" in options:
            if len(self._files) >= _MOST_FILES:
                raise HTTPException(413, f"more than {_MOST_FILES} files in one upload. Send them in parts")
            file = self.folder / str(len(self._files))
            self._files.append((options[b"filename"].decode("utf-8", "replace") or "photo", file))
            self._out = file.open("xb")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._out is not None:
            self._out.write(data[start:end])
        elif self._field == "paths":
            self._text += data[start:end]
            if len(self._text) > _LONGEST_TEXT:
                raise HTTPException(413, "the names of the files are too long")

    def _end(self) -> None:
        self.whole = True


def _paths(text: str) -> list[str]:
    """One path a field, or a JSON list of them in one."""
    if text.startswith("["):
        try:
            found = json.loads(text)
        except ValueError:
            return [text]
        if isinstance(found, list) and all(isinstance(one, str) for one in found):
            return found
    return [text]
