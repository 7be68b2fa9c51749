"""XMP namespaces and the prefixes under which exiv2 and ExifTool know them."""

MWG_REGIONS = "http://www.metadataworkinggroup.com/schemas/regions/"
AREA = "http://ns.adobe.com/xmp/sType/Area#"
DIMENSIONS = "http://ns.adobe.com/xap/1.0/sType/Dimensions#"
MP = "http://ns.microsoft.com/photo/1.2/"
MP_REGION_INFO = "http://ns.microsoft.com/photo/1.2/t/RegionInfo#"
MP_REGION = "http://ns.microsoft.com/photo/1.2/t/Region#"
MICROSOFT_PHOTO = "http://ns.microsoft.com/photo/1.0/"
IPTC_EXTENSION = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
IPTC_CORE = "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
DIGIKAM = "http://www.digikam.org/ns/1.0/"
LIGHTROOM = "http://ns.adobe.com/lightroom/1.0/"
MEDIAPRO = "http://ns.iview-multimedia.com/mediapro/1.0/"
ACDSEE = "http://ns.acdsee.com/iptc/1.0/"

PHOTOSCRIBE = "http://photoscribe.org/ns/1.0/"
"""What machines said, apart from what people said: removable in one call."""
PHOTOSCRIBE_PREFIX = "photoscribe"

PREFIXES = {
    "mwg-rs": MWG_REGIONS,
    "stArea": AREA,
    "stDim": DIMENSIONS,
    "MP": MP,
    "MPRI": MP_REGION_INFO,
    "MPReg": MP_REGION,
    "MicrosoftPhoto": MICROSOFT_PHOTO,
    "Iptc4xmpExt": IPTC_EXTENSION,
    "Iptc4xmpCore": IPTC_CORE,
    "digiKam": DIGIKAM,
    "lr": LIGHTROOM,
    "mediapro": MEDIAPRO,
    "acdsee": ACDSEE,
    PHOTOSCRIBE_PREFIX: PHOTOSCRIBE,
}
