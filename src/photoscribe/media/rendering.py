"""A photo's file as pictures to be sent."""

from collections.abc import Sequence
from pathlib import Path

from photoscribe.app.pictures import Rendered, Wanted
from photoscribe.core.errors import Unavailable
from photoscribe.media.decoding import decode, reads_whole_file
from photoscribe.media.kinds import media_kind
from photoscribe.media.previews import reduced
from photoscribe.media.reducing import encode


class FileRenderer:
    def render(self, path: Path, wanted: Sequence[Wanted]) -> Rendered:
        """In the order asked, the file read and decoded once. Raises PhotoError and Unavailable."""
        try:
            before = path.stat()
            data = path.read_bytes() if reads_whole_file(media_kind(path) or "image") else b""
            pixels = decode(path, data, min_side=max(one.side for one in wanted)).pixels
            after = path.stat()
        except OSError as error:
            raise Unavailable(f"{path} cannot be read: {error.strerror or error}. Is its disk there?") from error
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise Unavailable(f"{path} changed while it was read. Try again when the other program has finished")
        made: dict[Wanted, bytes] = {}
        for one in sorted(wanted, key=lambda one: -one.side):  # each from the one above: far less to average
            pixels = reduced(pixels, one.side)
            made[one] = encode(pixels, one.format)
        return Rendered(tuple(made[one] for one in wanted), (after.st_size, after.st_mtime_ns))
