"""How much there is."""

from pathlib import Path

from photoscribe.app.library import ScanResult
from photoscribe.app.ports import SeenFile
from photoscribe.stores.sqlite import SqliteLibrary


def test_a_folder_counts_its_own_photos_not_those_of_one_in_other_letters(library: SqliteLibrary) -> None:
    upper, lower = Path("/Photos"), Path("/photos")
    new = tuple(SeenFile(path, 1, 1, "image") for path in (upper / "a.jpg", lower / "b.jpg", lower / "c" / "d.jpg"))
    library.catalogue.add_roots([upper, lower])
    library.catalogue.apply(ScanResult(roots=(upper, lower), new=new))
    assert {one.folder: one.photos for one in library.counts.roots()} == {upper: 1, lower: 2}
