"""Which format a picture is sent in."""

from functools import lru_cache

from photoscribe.app.pictures import Format


@lru_cache(maxsize=256)
def chosen_format(wish: str, accept: str, *, is_kept: bool) -> Format:
    """is_kept: the picture is kept as JPEG, which is sent as it is to everyone who takes JPEG.

    Else WebP to who says so, since any browser of today does, and AVIF only to who takes nothing else: it takes
    ten times as long to make.
    """
    if wish == "webp":
        return "webp"
    if wish == "avif":
        return "avif"
    if wish == "jpeg":
        return "jpeg"
    takes = accepted(accept)
    takes_jpeg = bool({"image/jpeg", "image/*", "*/*"} & takes) or not takes
    if takes_jpeg and (is_kept or "image/webp" not in takes):
        return "jpeg"
    if "image/webp" in takes:
        return "webp"
    return "avif" if "image/avif" in takes else "jpeg"


def accepted(header: str) -> frozenset[str]:
    """The media types that an Accept header does not refuse."""
    found = set()
    for part in header.lower().split(","):
        name, _, parameters = part.partition(";")
        weight = next((p.strip()[2:] for p in parameters.split(";") if p.strip().startswith("q=")), "1")
        try:
            refused = float(weight) <= 0
        except ValueError:
            refused = True
        if name.strip() and not refused:
            found.add(name.strip())
    return frozenset(found)
