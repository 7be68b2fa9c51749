import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoscribe.core.errors import UsageError
from photoscribe.core.people import PersonId, Standing, Suggestion, Verdict, clean_name, name_key, stand

ANN, BOB = PersonId("ann"), PersonId("bob")
persons = st.sampled_from([ANN, BOB])
verdicts = st.one_of(
    st.builds(Verdict, st.sampled_from(["confirmed", "rejected"]), persons, st.sampled_from(["user", "file"])),
    st.builds(Verdict, st.sampled_from(["ignored", "not_a_face"])),
)
suggestions = st.none() | st.builds(Suggestion, persons, st.floats(0, 1))


def test_nothing_said_is_unknown() -> None:
    assert stand([], None) == Standing("unknown")
    assert stand([], Suggestion(ANN, 0.8)) == Standing("suggested", ANN, 0.8)


def test_the_user_outranks_the_file_and_both_the_machine() -> None:
    file, user = Verdict("confirmed", ANN, "file"), Verdict("confirmed", BOB)
    assert stand([file], Suggestion(BOB, 0.9)) == Standing("confirmed", ANN, 1.0)
    assert stand([file, user], Suggestion(ANN, 0.9)) == Standing("confirmed", BOB, 1.0)
    assert stand([file, Verdict("ignored")], None) == Standing("ignored")


def test_a_rejection_silences_file_and_machine_for_that_person_only() -> None:
    rejected = Verdict("rejected", ANN)
    assert stand([rejected, Verdict("confirmed", ANN, "file")], None) == Standing("unknown")
    assert stand([rejected], Suggestion(ANN, 0.9)) == Standing("unknown")
    assert stand([rejected], Suggestion(BOB, 0.9)) == Standing("suggested", BOB, 0.9)


@given(st.lists(verdicts), suggestions)
def test_a_guess_is_never_a_fact(said: list[Verdict], guess: Suggestion | None) -> None:
    standing = stand(said, guess)
    if standing.state == "confirmed":
        assert any(verdict.kind == "confirmed" and verdict.person == standing.person for verdict in said)
    if standing.state == "suggested":
        assert Verdict("rejected", standing.person) not in said
        assert standing.probability == guess.probability  # type: ignore[union-attr]  # a suggestion needs a guess


@pytest.mark.parametrize(("kind", "person"), [("confirmed", None), ("ignored", ANN)])
def test_a_verdict_is_about_somebody_or_nobody(kind: str, person: PersonId | None) -> None:
    with pytest.raises(ValueError, match="a verdict"):
        Verdict(kind, person)  # type: ignore[arg-type]  # the kinds are right, their person is not


def test_names_are_cleaned_and_compared_without_case() -> None:
    assert clean_name("  Ann\t Lee\x00 ") == "Ann Lee"
    family, persian = "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u0645\u06cc\u200c\u0646"
    assert (clean_name(family), clean_name(persian), clean_name("\u202eAnn")) == (family, persian, "Ann")
    assert name_key("STRASSE") == name_key("straße")
    assert name_key("Ann") != name_key("Anna")
    for name in ("", " \n", "x" * 201):
        with pytest.raises(UsageError):
            clean_name(name)
