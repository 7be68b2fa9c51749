"""A photo's file to its picture: the one door to every decoder."""

from io import BytesIO
from pathlib import Path

from photoscribe.core.errors import Undecodable
from photoscribe.core.photo import MediaKind
from photoscribe.media.decoded import Decoded
from photoscribe.media.dicom import decode_dicom
from photoscribe.media.images import decode_image
from photoscribe.media.kinds import IMAGE_FORMATS, OTHER_FORMATS, RAW_FORMATS, VIDEO_FORMATS, media_kind, sniff
from photoscribe.media.limits import Limits
from photoscribe.media.raw import decode_raw
from photoscribe.media.video import decode_video

__all__ = ["Decoded", "Limits", "decode", "reads_whole_file"]

DEFAULT_LIMITS = Limits()


def reads_whole_file(kind: MediaKind) -> bool:
    """Whether `decode` wants the file's bytes; a video is read from its path, as little of it as shows a frame."""
    return kind != "video"


def decode(path: Path, data: bytes, *, min_side: int = 1440, limits: Limits = DEFAULT_LIMITS) -> Decoded:
    """The picture in a file: upright, in sRGB, reduced by as much as leaves its long side at least min_side.

    data: the file's bytes, read once by the caller; for a video they may be its first few, or empty. What
    the bytes are outranks what the suffix says. Of several pictures the first is taken, or the one that the
    file calls primary; of a video, a frame a tenth of the way in.
    A file that is cut off gives the part that is there, and a problem. Raises Undecodable for good: not a
    picture, broken, too large, its decoder not installed; and OSError when a video's path cannot be read.
    """
    if min_side < 1:
        raise ValueError(f"not a side in pixels: {min_side}")
    promised = media_kind(path)
    if promised == "video":
        return _decode_video_or_other(path, min_side=min_side, limits=limits)
    if not data:
        raise Undecodable("empty file")
    found = sniff(data)
    if found in VIDEO_FORMATS:
        return decode_video(BytesIO(data), min_side=min_side, limits=limits)
    return _decode_whole(data, found, promised, min_side=min_side, limits=limits)


def _decode_video_or_other(path: Path, *, min_side: int, limits: Limits) -> Decoded:
    """From the path alone; a picture under a video's suffix is read whole after all."""
    with path.open("rb") as file:
        head = file.read(1024)
        if not head:
            raise Undecodable("empty file")
        file.seek(0)
        found = sniff(head)
        if found is None or found in VIDEO_FORMATS:
            return decode_video(file, min_side=min_side, limits=limits)
        data = file.read(limits.max_bytes)
    return _decode_whole(data, found, None, min_side=min_side, limits=limits)


def _decode_whole(
    data: bytes, found: str | None, promised: MediaKind | None, *, min_side: int, limits: Limits
) -> Decoded:
    if found in RAW_FORMATS or (promised == "raw" and found in {"tiff", None}):
        return decode_raw(data, min_side=min_side, limits=limits)
    if found == "dicom" or (promised == "dicom" and found is None):
        return decode_dicom(data, min_side=min_side, limits=limits)
    if found in IMAGE_FORMATS:
        return decode_image(data, found, min_side=min_side, limits=limits)
    if found == "jxl":
        raise Undecodable("a JPEG XL picture, which this build cannot read. Try: a JPEG copy")
    if found is None:
        raise Undecodable("not a picture: its bytes match no known format")
    raise Undecodable(f"not a picture: looks like {OTHER_FORMATS[found]}")
