"""Forms of this room refuse in words, beside the field."""

from datetime import date

import pytest

from live.forms import AskForm, CommandForm, PlaceForm, RoundForm, new_command_id
from live.models import Booth, ProgrammeYear, Round

pytestmark = pytest.mark.django_db

FACTS = {
    "number": "2",
    "title": "令和8年度 第2回 自治体ピッチ",
    "held_on": "2026-09-03",
    "opens_at": "2026-09-03T13:00",
    "closes_at": "2026-09-03T17:15",
}


def errors_of(**typed):
    return RoundForm(FACTS | typed).errors


def test_a_round_as_it_should_be_is_accepted():
    assert errors_of() == {}


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("closes_at", {"closes_at": "2026-09-03T12:00"}),
        ("opens_at", {"opens_at": "2026-09-02T13:00"}),
        ("feedback_until", {"feedback_until": "2026-09-03T17:00"}),
        ("view_until", {"view_until": "2026-09-01T17:00"}),
        ("title", {"title": ""}),
        ("title", {"title": "第2回\u202e"}),
        ("number", {"number": "二"}),
        ("held_on", {"held_on": "2026-02-30"}),
    ],
)
def test_a_wrong_fact_is_refused_at_its_own_field(field, typed):
    assert set(errors_of(**typed)) == {field}


def test_the_same_number_twice_in_a_fiscal_year_is_refused_and_next_year_is_not():
    year = ProgrammeYear.objects.create(fiscal_year=2026)
    held = Round.objects.create(programme_year=year, number=2, title="第2回", held_on=date(2026, 5, 1))
    assert set(errors_of()) == {"number"}
    assert "number" not in errors_of(held_on="2027-09-03")
    assert "number" not in RoundForm(FACTS, instance=held).errors


def test_the_fiscal_year_ends_in_march():
    year = ProgrammeYear.objects.create(fiscal_year=2026)
    Round.objects.create(programme_year=year, number=2, title="第2回", held_on=date(2026, 5, 1))
    moved = {"opens_at": "", "closes_at": ""}
    assert "number" in errors_of(held_on="2027-03-31", **moved)
    assert "number" not in errors_of(held_on="2027-04-01", **moved)


def test_a_question_needs_words_and_known_choices():
    form = AskForm({"command_id": "12345678", "body": "", "kind": "rant", "naming": "x", "slot": "y"}, slots=[])
    assert set(form.errors) == {"body", "kind", "naming", "slot"}


def test_a_form_without_its_command_id_is_refused():
    assert "command_id" in CommandForm({}).errors
    assert "command_id" in CommandForm({"command_id": "short"}).errors


def test_two_forms_never_share_an_id():
    assert CommandForm().fields["command_id"].initial != CommandForm().fields["command_id"].initial
    assert 8 <= len(new_command_id()) <= 40


def test_only_proposals_and_booths_that_were_offered_can_be_placed(round, make_proposal):
    proposal, booth = make_proposal(state="eligible"), Booth.objects.create(round=round, code="A")
    offered = {"proposals": [proposal], "booths": [booth]}
    assert PlaceForm({"proposal": str(proposal.pk), "booth": str(booth.pk)}, **offered).is_valid()
    assert PlaceForm({"proposal": "", "booth": ""}, **offered).is_valid()
    assert set(PlaceForm({"proposal": "999999", "booth": "x"}, **offered).errors) == {"proposal", "booth"}
