"""Photos that are nobody's: portraits drawn here, good enough for a detector (YuNet gives 0.9, 2026-11-20)."""

from PIL import Image, ImageDraw, ImageFilter

Colour = tuple[int, int, int]

SKINS: tuple[Colour, ...] = ((224, 172, 140), (141, 85, 54), (240, 200, 175))
_SHIRT, _HAIR, _WALL = (60, 70, 110), (60, 40, 25), (120, 150, 190)


def portrait(width: int = 1200, height: int = 900, skin: Colour = SKINS[0]) -> Image.Image:
    """One face that looks at the camera, in the middle, half as high as the picture."""
    image = Image.new("RGB", (width, height), _WALL)
    brush = _Brush(ImageDraw.Draw(image), width / 2, height * 0.48, height / 4)
    _head(brush, skin)
    for side in (-0.32, 0.32):
        _eye(brush, side)
    _nose_and_mouth(brush, skin)
    return image.filter(ImageFilter.GaussianBlur(height / 240))


class _Brush:
    """Draws in units of the head's size around the middle of the face, y downwards."""

    def __init__(self, draw: ImageDraw.ImageDraw, x: float, y: float, unit: float) -> None:
        self._draw, self._x, self._y, self._unit = draw, x, y, unit

    def ellipse(self, x: float, y: float, w: float, h: float, fill: Colour) -> None:
        """Around (x, y), w and h being half its sides."""
        self._draw.ellipse([*self._at(x - w, y - h), *self._at(x + w, y + h)], fill=fill)

    def box(self, left: float, top: float, right: float, bottom: float, fill: Colour) -> None:
        self._draw.rectangle([*self._at(left, top), *self._at(right, bottom)], fill=fill)

    def shape(self, *corners: tuple[float, float], fill: Colour) -> None:
        self._draw.polygon([self._at(x, y) for x, y in corners], fill=fill)

    def line(self, *corners: tuple[float, float], fill: Colour, width: float) -> None:
        self._draw.line([self._at(x, y) for x, y in corners], fill=fill, width=max(1, int(width * self._unit)))

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return self._x + x * self._unit, self._y + y * self._unit


def _darker(colour: Colour, share: float) -> Colour:
    return int(colour[0] * share), int(colour[1] * share), int(colour[2] * share)


def _head(brush: _Brush, skin: Colour) -> None:
    brush.box(-2, 1.6, 2, 3, _SHIRT)
    brush.ellipse(0, 1.9, 1.6, 0.7, _SHIRT)
    brush.box(-0.35, 0.7, 0.35, 1.5, _darker(skin, 0.85))
    brush.ellipse(0, -0.15, 0.95, 1.25, _HAIR)
    brush.ellipse(0, 0.05, 0.78, 1.05, skin)
    for side in (-0.8, 0.8):
        brush.ellipse(side, 0.05, 0.1, 0.2, skin)


def _eye(brush: _Brush, x: float) -> None:
    brush.ellipse(x, -0.1, 0.17, 0.085, (245, 245, 245))
    brush.ellipse(x, -0.1, 0.075, 0.08, (70, 45, 30))
    brush.ellipse(x, -0.1, 0.035, 0.04, (10, 10, 10))
    brush.line((x - 0.2, -0.3), (x, -0.36), (x + 0.2, -0.3), fill=_HAIR, width=0.06)


def _nose_and_mouth(brush: _Brush, skin: Colour) -> None:
    brush.shape((-0.02, -0.1), (-0.16, 0.33), (0.16, 0.33), (0.05, -0.1), fill=_darker(skin, 0.93))
    for side in (-0.08, 0.08):
        brush.ellipse(side, 0.33, 0.05, 0.03, (120, 70, 60))
    brush.ellipse(0, 0.6, 0.3, 0.09, (180, 80, 80))
    brush.line((-0.3, 0.6), (0.3, 0.6), fill=(110, 40, 40), width=0.03)
