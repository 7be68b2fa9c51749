"""Short videos made for these tests."""

import io
import struct
from collections.abc import Iterable
from fractions import Fraction

import av
import numpy as np
from PIL import Image

# The matrix of a track header (first two columns of two rows) by the EXIF value that does the same.
_MATRICES = {
    1: (1, 0, 0, 1),
    2: (-1, 0, 0, 1),
    3: (-1, 0, 0, -1),
    4: (1, 0, 0, -1),
    5: (0, 1, 1, 0),
    6: (0, 1, -1, 0),
    7: (0, -1, -1, 0),
    8: (0, -1, 1, 0),
}


def film(
    frames: Iterable[Image.Image],
    *,
    container: str = "mp4",
    codec: str = "mpeg4",
    gop: int = 4,
    rate: int = 10,
    sample_aspect_ratio: int = 1,
) -> bytes:
    stream = io.BytesIO()
    with av.open(stream, "w", format=container) as output:
        coder: av.VideoStream | None = None
        for picture in frames:
            if coder is None:
                stream_of_any_kind = output.add_stream(codec, rate=rate)
                assert isinstance(stream_of_any_kind, av.VideoStream)
                coder = stream_of_any_kind
                coder.width, coder.height = picture.size
                coder.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
                coder.codec_context.gop_size = gop
                coder.codec_context.options = {"sc_threshold": "1000000000"}  # no key frame where the scene changes
                coder.codec_context.sample_aspect_ratio = Fraction(sample_aspect_ratio)
                coder.codec_context.bit_rate = 4_000_000
            frame = av.VideoFrame.from_ndarray(np.asarray(picture.convert("RGB")), format="rgb24")
            output.mux(coder.encode(frame))
        if coder is not None:
            output.mux(coder.encode(None))
    return stream.getvalue()


def sound() -> bytes:
    """A second of silence."""
    stream = io.BytesIO()
    with av.open(stream, "w", format="mp4") as output:
        coder = output.add_stream("aac", rate=8000)
        assert isinstance(coder, av.AudioStream)
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.float32), format="fltp", layout="mono")
        silence.sample_rate = 8000
        output.mux(coder.encode(silence))
        output.mux(coder.encode(None))
    return stream.getvalue()


def turned(mp4: bytes, orientation: int) -> bytes:
    """The same film, to be shown turned: its track header says so."""
    at = mp4.index(b"tkhd") + 4 + 40
    a, b, c, d = (part * 65536 for part in _MATRICES[orientation])
    return mp4[:at] + struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30) + mp4[at + 36 :]
