"""What worker processes make for themselves: like compose, this knows the adapters, and imports them only there."""
# ruff: noqa: PLC0415 see above

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from photoscribe.app.opening import FileReaders, Opener

if TYPE_CHECKING:
    from photoscribe.media.rendering import FileRenderer


@dataclass(frozen=True, slots=True)
class BuildOpener:
    """Makes an Opener inside a worker process."""

    previews: Path
    cache_bytes: int

    def __call__(self) -> Opener:
        from photoscribe.media.crops import keep_previews
        from photoscribe.media.decoding import decode, reads_whole_file
        from photoscribe.media.fingerprint import (
            content_hash,
            content_hash_of_file,
            picture_hash,
            picture_hash_of_file,
        )
        from photoscribe.media.kinds import media_kind
        from photoscribe.media.previews import PreviewCache
        from photoscribe.metadata.exiftool import ExifTool
        from photoscribe.metadata.reading import read

        exiftool = ExifTool()  # starts only for a file that Exiv2 cannot read
        cache = PreviewCache(self.previews, self.cache_bytes)

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
                save_preview=lambda picture, pixels: keep_previews(cache, picture, pixels),
            )
        )


def file_renderer() -> "FileRenderer":
    """Made inside a worker process."""
    from photoscribe.media.rendering import FileRenderer

    return FileRenderer()
