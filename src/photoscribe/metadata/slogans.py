"""What cameras and programs put where a caption belongs."""

import re

# Seen wherever captions stand, since programs copy EXIF into XMP and IPTC.
_SLOGAN = re.compile(
    r"""
    (\w+\ )*digital\ (still\ )?camera                  # OLYMPUS DIGITAL CAMERA, KONICA MINOLTA DIGITAL CAMERA
    | sony\ dsc | dcf\ 1\.0 | exif_jpeg(_picture|_t422)?
    | <?\ ?(samsung\ )?digimax\b.* | kodak\ .*\ camera
    | default | blank | binary\ comment | user\ comments? | ascii | unicode
    | processed\ with\ vsco.* | file\ written\ by\ .* | creator:\ .* | lead\ technologies.*
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Modes of phone cameras, in EXIF alone.
_MODE = re.compile(
    r"dav|sdr|hdr|rhdr|hdrpl|cof|dig|mde|bty|edf|ptr|vtr|rbt|qrf|btf|fbt|mdeptr|jpeg|(oplus|maker|filter|touch)_\d+",
    re.IGNORECASE,
)


def is_slogan(text: str, make: str = "") -> bool:
    """Whether a camera says it of itself."""
    return _SLOGAN.fullmatch(text) is not None or text.casefold() == make.casefold()


def is_machine_text(text: str, make: str = "") -> bool:
    """Whether a machine wrote it: stricter, for the EXIF fields that cameras use: settings, numbers, mere signs."""
    return (
        is_slogan(text, make)
        or _MODE.fullmatch(text) is not None
        or text.startswith(("{", "<?xml", "charset=", "FBMD"))
        or not any(character.isalpha() for character in text)
    )
