"""What files should say of tags and fields."""

from datetime import datetime
from typing import Any

from photoscribe.core.edits import Edit
from photoscribe.core.facts import Camera, Origin, Position, Statement, TagPath, Taken, Text
from photoscribe.core.precedence import choose
from photoscribe.core.stated import plain_of
from photoscribe.core.tags import TagSaid, TagWritten
from photoscribe.core.wording import FieldWritten, Words, Written, weighed, worded

ITALY, BEACH = ("Places", "Italy"), ("Beach",)


def words(
    *,
    confirmed: tuple[TagPath, ...] = (),
    rejected: tuple[TagPath, ...] = (),
    tags: tuple[TagPath, ...] = (),
    **more: Any,
) -> Words:
    said = [*(TagSaid(tag, "confirmed") for tag in confirmed), *(TagSaid(tag, "rejected") for tag in rejected)]
    return Words(tuple(said), more.get("stated", {}), tags, more.get("fields", {}))


def test_who_says_nothing_changes_nothing() -> None:
    assert worded(Edit(), words(tags=(BEACH,), fields={"title": "T"}), Written()) == (Edit(), Written())


def test_what_is_confirmed_is_written_and_remembered_as_ours_where_the_file_lacked_it() -> None:
    edit, left = worded(Edit(), words(confirmed=(ITALY, BEACH), tags=(("beach",), ("Italy",))), Written())
    assert edit.add_tags == (ITALY, BEACH)
    assert left.tags == (TagWritten(ITALY, added=True, word=False),)


def test_what_we_wrote_goes_when_the_word_is_taken_back() -> None:
    ours = Written(tags=(TagWritten(ITALY, added=True), TagWritten(BEACH, added=True, word=False)))
    edit, left = worded(Edit(), words(), ours)
    assert (edit.add_tags, edit.drop_tags, left.tags) == ((), (ITALY, BEACH), ())
    edit, _ = worded(Edit(), words(), Written(tags=(TagWritten(ITALY, added=True, word=False),)))
    assert (edit.add_tags, edit.drop_tags) == ((("Italy",),), (ITALY,))


def test_a_rejected_tag_goes_in_every_spelling_and_is_put_back_when_that_is_taken_back() -> None:
    edit, left = worded(Edit(), words(rejected=(BEACH,), tags=(("beach",), ("BEACH",))), Written())
    assert set(edit.drop_tags) == {("beach",), ("BEACH",), BEACH}
    assert left.tags == (TagWritten(("beach",), added=False),)
    again, same = worded(Edit(), words(rejected=(BEACH,)), left)
    assert (set(again.drop_tags), same) == ({("beach",), BEACH}, left)
    back, after = worded(Edit(), words(), left)
    assert (back.add_tags, back.drop_tags, after) == ((("beach",),), (), Written())


def test_a_rejection_of_what_no_file_says_opens_no_file() -> None:
    assert worded(Edit(), words(rejected=(BEACH,)), Written())[0].is_empty


def test_a_tag_of_ours_that_is_rejected_later_is_just_gone() -> None:
    edit, left = worded(Edit(), words(rejected=(BEACH,)), Written(tags=(TagWritten(BEACH, added=True),)))
    assert (edit.drop_tags, left.tags) == ((BEACH,), ())


def test_what_was_before_is_remembered_once_and_put_back() -> None:
    said = {"title": "Mine", "rating": 5, "position": [1.0, 2.0, None]}
    edit, left = worded(Edit(), words(stated=said, fields={"title": "Theirs"}), Written())
    assert (edit.title, edit.rating, edit.position) == ("Mine", 5, Position(1, 2))
    assert FieldWritten("title", "Theirs", "Mine") in left.fields
    for fields in ({"title": "Theirs"}, {"title": "Mine", "rating": 5, "position": [1.0, 2.0, None]}):
        _, second = worded(Edit(), words(stated={**said, "title": "Other"}, fields=fields), left)
        assert FieldWritten("title", "Theirs", "Other") in second.fields
        back, gone = worded(Edit(), words(fields=fields), left)
        assert (back.title, back.clear, gone) == ("Theirs", ("rating", "position"), Written())


def test_a_text_that_was_not_there_is_taken_away_again() -> None:
    left = Written(fields=(FieldWritten("title", None, "T"), FieldWritten("caption", None, "C")))
    edit, _ = worded(Edit(), words(), left)
    assert (edit.title, edit.caption) == ("", "")


def test_another_programs_later_word_stays_and_is_what_was_before() -> None:
    left = Written(fields=(FieldWritten("title", "Old", "Mine"),))
    assert worded(Edit(), words(fields={"title": "Theirs"}), left) == (Edit(), Written())
    edit, after = worded(Edit(), words(stated={"title": "Mine"}, fields={"title": "Theirs"}), left)
    assert (edit.title, after.fields) == ("Mine", (FieldWritten("title", "Theirs", "Mine"),))


def test_names_stay_as_they_were_decided() -> None:
    edit, left = worded(Edit(add_people=("Ann",)), words(confirmed=(BEACH,)), Written())
    assert (edit.add_people, edit.add_tags, left.regions) == (("Ann",), (BEACH,), ())


def test_the_user_outranks_files_and_our_own_writing_is_no_word_of_theirs() -> None:
    in_file = [Statement(Text("title", "Mine"), Origin("xmp"))]
    left = [FieldWritten("title", "Theirs", "Mine")]
    assert choose(weighed(in_file, {"title": "New"}, left)).title == "New"
    assert choose(weighed(in_file, {"title": ""}, left)).title == ""
    assert choose(weighed(in_file, {}, left)).title == "Theirs"
    assert choose(weighed(in_file, {}, [FieldWritten("title", None, "Mine")])).title == ""
    assert choose(weighed(in_file, {}, [FieldWritten("title", "X", "Y")])).title == "Mine"


def test_a_date_and_a_place_of_ours_give_way_to_what_was_there_before() -> None:
    ours, theirs = Taken(datetime(2019, 8, 14, 18)), Taken(datetime(2001, 1, 1, 12))  # noqa: DTZ001 local on purpose
    in_file = [Statement(ours, Origin("exif")), Statement(Position(42.0, 13.0), Origin("exif"))]
    left = [
        FieldWritten("taken", plain_of(theirs), plain_of(ours)),
        FieldWritten("position", [50.0, 8.0, None], [42.0, 13.0, None]),
    ]
    chosen = choose(weighed([*in_file, Statement(Camera("Make"), Origin("exif"))], {}, left))
    assert (chosen.taken, chosen.position, chosen.camera.make) == (theirs, Position(50.0, 8.0), "Make")
