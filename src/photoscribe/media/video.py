"""The poster frame of a video, through FFmpeg (the extra `video`)."""

import io
from collections.abc import Iterator
from contextlib import suppress
from types import ModuleType
from typing import IO, TYPE_CHECKING, Any, NoReturn

import numpy as np

from photoscribe.core.errors import Undecodable
from photoscribe.core.geometry import Orientation
from photoscribe.core.photo import Pixels, Size
from photoscribe.media.decoded import Decoded
from photoscribe.media.foreign import foreign
from photoscribe.media.limits import Limits
from photoscribe.media.orienting import upright

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

# FFmpeg reads playlists too, which name other files and addresses: nothing but these is opened.
_CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,asf,flv,live_flv,ogg,mxf"

_SHARES = (0.1, 0.3, 0.5, 0.0)  # of the duration: openings are often black
_FLAT = 8.0  # standard deviation, of 255, under which a frame is looked past: black, white, a fade
_SEQUENTIAL_FRAMES = 48  # decoded one by one when every key frame is flat
_MAX_PACKETS = 3000  # for one frame; a second of video has under 100
_MAX_READ_BYTES = 512_000_000  # of one file, so that a broken index cannot make us read all of a long one

# Peak bytes for each pixel of a frame: 4.2 to 6.8 measured with VmHWM on 3840 x 2160 in MPEG-4, H.264 and H.265 of
# 8 bits (2026-11-20), doubled for deeper ones. 7680 x 4320 needs to pass.
_BYTES_OF_A_PIXEL = 16.0


def decode_video(file: IO[bytes], *, min_side: int, limits: Limits) -> Decoded:
    """A frame that shows something, upright. Raises Undecodable; OSError when the file cannot be read."""
    library = _library()
    source = _Source(file)
    try:
        with foreign("video"):
            return _decode(library, source, min_side, limits)
    except Undecodable:
        if source.failure is not None:
            raise source.failure from None
        raise


def _library() -> ModuleType:
    try:
        import av  # noqa: PLC0415  an extra, and slow to import
    except ImportError as error:
        raise Undecodable("a video needs its decoder. Try: pip install 'photoscribe[video]'") from error
    module: ModuleType = av
    return module


class _Source:
    """A file for FFmpeg: read-only, with a limit on what is read in all, and its own errors kept apart."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._left = _MAX_READ_BYTES
        self.failure: OSError | None = None

    def read(self, size: int = -1) -> bytes:
        size = self._left if size < 0 else size
        if self._left < size:
            raise ValueError("nothing to show in the part that was read")
        try:
            data = self._file.read(size)
        except OSError as error:
            self.failure = error
            raise
        self._left -= len(data)
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


def _refuse(url: str, *_: object) -> NoReturn:
    raise ValueError(f"it asks for another file: {url[:80]}")


def _decode(library: ModuleType, source: _Source, min_side: int, limits: Limits) -> Decoded:
    options = {"format_whitelist": _CONTAINERS}
    with library.open(
        source, mode="r", container_options=options, io_open=_refuse, metadata_errors="replace"
    ) as container:
        stream = next((stream for stream in container.streams.video if stream.codec_context is not None), None)
        if stream is None:
            raise Undecodable("no picture in this video: it holds sound only, or a coding not known here")
        limits.check(stream.width, stream.height, stream.width * stream.height * _BYTES_OF_A_PIXEL)
        frame = _poster(container, stream)
        if frame is None:
            raise Undecodable("no frame of this video can be decoded. Try: play it, or convert it")
        limits.check(frame.width, frame.height, frame.width * frame.height * _BYTES_OF_A_PIXEL)
        orientation = _orientation(frame)
        size = _display_size(frame, stream)
        pixels = _pixels(frame, size, min_side)
        return Decoded(
            pixels=upright(pixels, orientation),
            full_size=size.turned if orientation.swaps_sides else size,
            kind="video",
            orientation=orientation,
        )


def _poster(container: "InputContainer", stream: "VideoStream") -> "VideoFrame | None":
    """The first frame with something to see, else the one with the most."""
    best: VideoFrame | None = None
    most = -1.0
    for frame in _candidates(container, stream):
        contrast = float(frame.reformat(width=64, height=64, format="gray").to_ndarray().std())
        if contrast >= _FLAT:
            return frame
        if contrast > most:
            best, most = frame, contrast
    return best


def _candidates(container: "InputContainer", stream: "VideoStream") -> Iterator["VideoFrame"]:
    duration = container.duration or 0  # in microseconds
    stream.codec_context.skip_frame = "NONKEY"
    for share in _SHARES if duration > 0 else (0.0,):
        _seek(container, int(duration * share))
        yield from _frames(container, stream, most=1)
    stream.codec_context.skip_frame = "DEFAULT"
    _seek(container, 0)
    yield from _frames(container, stream, most=_SEQUENTIAL_FRAMES)


def _seek(container: "InputContainer", microseconds: int) -> None:
    """To the key frame before; where a file cannot seek, what follows serves as well."""
    with suppress(OSError, EOFError, ValueError):  # as which PyAV raises FFmpeg's; the disk's are kept by _Source
        container.seek(microseconds)


def _frames(container: "InputContainer", stream: "VideoStream", *, most: int) -> Iterator["VideoFrame"]:
    found = 0
    for number, packet in enumerate(container.demux(stream)):
        for frame in packet.decode():
            yield frame
            found += 1
            if found >= most:
                return
        if number >= _MAX_PACKETS:
            return


def _display_size(frame: "VideoFrame", stream: "VideoStream") -> Size:
    """Before turning, with square pixels: camcorders store 1440 x 1080 to be shown as 1920 x 1080."""
    aspect = stream.sample_aspect_ratio or stream.codec_context.sample_aspect_ratio
    stretch = float(aspect) if aspect and 0.1 < aspect < 10 else 1.0
    return Size(max(1, round(frame.width * stretch)), frame.height)


def _pixels(frame: "VideoFrame", size: Size, min_side: int) -> Pixels:
    factor = max(1, max(size.width, size.height) // min_side)
    # Untagged video is BT.709 from 720 lines up, BT.601 below, by the custom of players.
    untagged = frame.colorspace == 2
    space = ("ITU709" if frame.height >= 720 else "ITU601") if untagged else None
    pixels = frame.to_ndarray(
        format="rgb24",
        width=max(1, size.width // factor),
        height=max(1, size.height // factor),
        src_colorspace=space,
        interpolation="AREA" if factor > 1 else "BICUBIC",
    )
    return np.ascontiguousarray(pixels, dtype=np.uint8)


def _orientation(frame: "VideoFrame") -> Orientation:
    """What the display matrix asks for: quarter turns and mirroring; anything between is left as it is."""
    matrix: Any = frame.side_data.get("DISPLAYMATRIX")  # a buffer that PyAV's stubs do not know of
    if matrix is None:
        return Orientation.TOP_LEFT
    a, b, _, c, d, *_ = np.frombuffer(bytes(matrix), dtype=np.int32)[:9].tolist()
    return _OF_MATRIX.get((_sign(a), _sign(b), _sign(c), _sign(d)), Orientation.TOP_LEFT)


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)


# Where the axes go: (a, b) is where stored x points in the picture as shown, (c, d) where stored y does (y downwards).
_OF_MATRIX = {
    (1, 0, 0, 1): Orientation.TOP_LEFT,
    (-1, 0, 0, 1): Orientation.TOP_RIGHT,
    (-1, 0, 0, -1): Orientation.BOTTOM_RIGHT,
    (1, 0, 0, -1): Orientation.BOTTOM_LEFT,
    (0, 1, 1, 0): Orientation.LEFT_TOP,
    (0, 1, -1, 0): Orientation.RIGHT_TOP,
    (0, -1, -1, 0): Orientation.RIGHT_BOTTOM,
    (0, -1, 1, 0): Orientation.LEFT_BOTTOM,
}
