from photoscribe.core.edits import Edit
from photoscribe.core.facts import Region
from photoscribe.core.geometry import Box
from photoscribe.core.naming import FaceSaid, edit_of
from photoscribe.core.people import PersonId, Verdict

ANN, BOB = PersonId("ann"), PersonId("bob")
NAMES = {ANN: "Ann", BOB: "Bob"}
HERE, THERE = Box(0.1, 0.1, 0.2, 0.2), Box(0.6, 0.1, 0.2, 0.2)
IN_FILE = Verdict("confirmed", ANN, "file")


def edit(*verdicts: Verdict, written: tuple[Region, ...] = ()) -> Edit:
    return edit_of([FaceSaid(HERE, verdicts)], NAMES, written)


def test_only_what_the_user_confirmed_is_written() -> None:
    assert edit() == Edit()
    assert edit(IN_FILE) == Edit()
    assert edit(Verdict("confirmed", ANN)) == Edit(name_regions=(Region(HERE, "Ann"),))
    assert edit(Verdict("confirmed", PersonId("gone"))) == Edit()


def test_what_we_wrote_goes_when_it_is_not_said_any_more() -> None:
    ours = (Region(HERE, "Ann"),)
    assert edit(written=ours) == Edit(drop_regions=ours)
    assert edit(Verdict("confirmed", ANN), written=ours) == Edit(name_regions=ours)
    assert edit(Verdict("confirmed", BOB), written=ours) == Edit((Region(HERE, "Bob"),), ours)
    moved = (Region(THERE, "Ann"),)
    assert edit(Verdict("confirmed", ANN), written=moved) == Edit(ours, moved)


def test_another_programs_name_goes_only_when_the_user_contradicts_it() -> None:
    gone = Edit(drop_regions=(Region(HERE, "Ann"),))
    assert edit(IN_FILE, Verdict("rejected", ANN)) == gone
    assert edit(IN_FILE, Verdict("not_a_face")) == gone
    assert edit(IN_FILE, Verdict("rejected", BOB)) == Edit()
    assert edit(IN_FILE, Verdict("ignored")) == Edit()
    assert edit(IN_FILE, Verdict("confirmed", ANN)) == Edit(name_regions=(Region(HERE, "Ann"),))
    assert edit(IN_FILE, Verdict("confirmed", BOB)).drop_regions == (Region(HERE, "Ann"),)
