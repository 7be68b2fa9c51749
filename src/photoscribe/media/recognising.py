"""What a file without a photo's name is, by its first bytes."""

from photoscribe.core.photo import MediaKind
from photoscribe.media.kinds import IMAGE_FORMATS, OTHER_FORMATS, RAW_FORMATS, VIDEO_FORMATS, sniff


def recognise(head: bytes) -> MediaKind | str:
    """The kind of photo, or in words why the file is none."""
    name = sniff(head) if head else None
    if name in IMAGE_FORMATS:
        return "image"
    if name in RAW_FORMATS:
        return "raw"
    if name in VIDEO_FORMATS:
        return "video"
    if name == "dicom":
        return "dicom"
    if not head:
        return "not a photo: empty file"
    return f"not a photo: looks like {OTHER_FORMATS[name]}" if name in OTHER_FORMATS else "not a photo"
