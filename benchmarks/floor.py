"""The bare floor: what the same models cost without any library around them.

`floor.py DETECTOR RECOGNISER FOLDER`: each photo is decoded once to at least 1440 pixels, YuNet looks at 1024, SFace
takes each face, on two threads. Nothing is kept, hashed, grouped or read from the metadata. Prints one JSON object.
"""

import json
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

_THREADS = 2
_DECODED_SIDE, _DETECTED_SIDE = 1440, 1024
_SCORE = 0.6  # the detector's own default

Pixels = NDArray[np.uint8]


def by_opencv(path: Path) -> Pixels:
    """OpenCV turns the picture upright itself; it reduces by 2, 4 or 8."""
    with Image.open(path) as header:
        longest = max(header.size)
    flag = cv2.IMREAD_COLOR
    for reduction, reduced in ((2, cv2.IMREAD_REDUCED_COLOR_2), (4, cv2.IMREAD_REDUCED_COLOR_4)):
        if longest // reduction >= _DECODED_SIDE:
            flag = reduced
    return np.asarray(cv2.imread(str(path), flag), np.uint8)


def by_pillow(path: Path) -> Pixels:
    with Image.open(path) as image:
        share = _DECODED_SIDE / max(image.size)
        image.draft("RGB", (int(image.width * share), int(image.height * share)))
        return np.ascontiguousarray(np.asarray(ImageOps.exif_transpose(image))[:, :, ::-1])


class Models:
    """One pair for each thread: OpenCV's networks are not made for two at once."""

    def __init__(self, detector: str, recogniser: str) -> None:
        self._files = detector, recogniser
        self._own = threading.local()

    def _pair(self) -> tuple[Any, Any]:
        if not hasattr(self._own, "pair"):
            detector = cv2.FaceDetectorYN.create(self._files[0], "", (320, 320), _SCORE)
            self._own.pair = detector, cv2.FaceRecognizerSF.create(self._files[1], "")
        pair: tuple[Any, Any] = self._own.pair
        return pair

    def faces(self, picture: Pixels) -> int:
        """How many faces were found and embedded."""
        detector, recogniser = self._pair()
        share = min(1.0, _DETECTED_SIDE / max(picture.shape[:2]))
        small = cv2.resize(picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
        detector.setInputSize((small.shape[1], small.shape[0]))
        _, found = detector.detect(small)
        if found is None:
            return 0
        for face in found:
            recogniser.feature(recogniser.alignCrop(picture, face / share))
        return len(found)


def seconds(decode: Callable[[Path], Pixels], paths: list[Path]) -> float:
    started = time.perf_counter()
    for path in paths:
        decode(path)
    return time.perf_counter() - started


def main() -> None:
    detector, recogniser, folder = sys.argv[1:4]
    cv2.setNumThreads(1)
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
    paths = sorted(Path(folder).glob("*.jpg"))
    sample = paths[:4]
    by_opencv(sample[0])  # the first call loads code
    decode = min((by_opencv, by_pillow), key=lambda way: seconds(way, sample))
    models = Models(detector, recogniser)
    started, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(_THREADS) as pool:
        faces = sum(pool.map(lambda path: models.faces(decode(path)), paths))
    taken = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu}
    print(json.dumps({"photos": len(paths), "faces": faces, "decoder": decode.__name__, **taken}))


if __name__ == "__main__":
    main()
