"""Polls and reactions as each audience reads them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.selectors import Person
from live.lifecycle import POLL_TABLE
from live.models import PitchSlot, Poll, PollDecision, PollReply, Reaction, Room
from live.permissions import moderates
from live.selectors.rounds import slots_of
from live.tallies import RATINGS, key_of, tally

REACTION_LABELS = Reaction.Label.choices


def public_polls(room: Room) -> list[dict[str, Any]]:
    """The polls everybody in the room sees: open ones, those whose results are shown, and the one on the big screen.

    Four queries at any number, one while there are none.
    """
    seen = Q(state="open") | Q(state="closed", is_shown=True) | Q(state="closed", pk=room.stage_poll_id)
    shapes = _shapes(room.polls.filter(seen), room, is_staff=False)
    # What is asked now comes first.
    return sorted(shapes, key=lambda poll: poll["state"] != "open")


def polls_now(room: Room) -> dict[str, Any]:
    """What a snapshot and an event about polls say: the public polls, and which is on the big screen."""
    return {"polls": public_polls(room), "stage_poll": room.stage_poll.public_id if room.stage_poll else None}


def all_polls(person: Person, room: Room) -> list[dict[str, Any]]:
    """Every poll of a room with its results and what waits to be let, for moderators."""
    shapes = _shapes(room.polls.all(), room, is_staff=True) if moderates(person) else []
    return [poll | {"printed": printed(poll, poll["results"])} for poll in shapes]


def poll_results_after(room: Room, cv: int) -> dict[str, dict[str, Any]]:
    """The shown results of the polls that were replied to after cv, by public id: values for the counts frame."""
    changed = room.polls.filter(cv__gt=cv, is_shown=True).exclude(state="draft")
    return {shape["id"]: shape["results"] for shape in _shapes(changed, room, is_staff=False)}


def polls_for(person: Person, room: Room) -> list[dict[str, Any]]:
    """The public polls with what the person replied as `own`, or None."""
    replies = own_replies(person, room)
    return [_for_form(poll, replies.get(poll["id"])) for poll in public_polls(room)]


def poll_blanks() -> list[dict[str, Any]]:
    """A poll of each kind with nothing in it: what the browser fills for a poll that opens while the page is open."""
    empty = {"id": "", "prompt": "", "options": [""], "max": 1, "state": "open", "vendor": None, "results": None}
    return [_for_form(empty | {"kind": kind}, None) for kind in Poll.Kind.values]


def _for_form(poll: dict[str, Any], own: list[Any] | None) -> dict[str, Any]:
    """A public shape with the person's reply, what its form shows as given, a place for each rank, and its results as a
    template prints them."""
    ranked = list(own or [])
    ranks = [ranked[place] if place < len(ranked) else None for place in range(len(poll["options"]))]
    return poll | {"own": own or [], "given": own or [], "ranks": ranks, "printed": printed(poll, poll["results"])}


def printed(poll: dict[str, Any], results: dict[str, Any] | None) -> dict[str, Any] | None:
    """Results as a template prints them.

    {"n", "mean", "bars": [(label, count, percent or None)], "full": what a full bar is, "words": [(text, people)]}: a
    bar is full when everybody chose it, or put it first.
    """
    if results is None:
        return None
    labels = [str(rating) for rating in RATINGS] if poll["kind"] == Poll.Kind.RATING else poll["options"]
    is_points = poll["kind"] == Poll.Kind.RANKING
    full = max(1, results["n"] * len(poll["options"]) if is_points else results["n"])
    counts = results.get("o", [])
    shares = [None if is_points else (200 * count + full) // (2 * full) for count in counts]
    return {
        "n": results["n"],
        "mean": results.get("mean"),
        "bars": list(zip(labels, counts, shares, strict=False)),
        "full": full,
        "words": results.get("w"),
    }


def own_replies(person: Person, room: Room) -> dict[str, Any]:
    """What the person replied, by public id of the poll."""
    replies = PollReply.objects.filter(poll__room=room, participant=person.pk)
    return dict(replies.values_list("poll__public_id", "value"))


def own_reactions(person: Person, room: Room) -> dict[str, list[str]]:
    """The labels the person gave, by public id of the slot."""
    given: dict[str, list[str]] = defaultdict(list)
    rows = Reaction.objects.filter(slot__part__round=room.round_id, participant=person.pk, is_on=True)
    for slot, label in rows.values_list("slot__public_id", "label"):
        given[slot].append(label)
    return dict(given)


def slots_with_reactions(person: Person, room: Room) -> list[PitchSlot]:
    """The occupied slots in order; `given` holds the labels the person gave to each."""
    given = own_reactions(person, room)
    slots = slots_of(room.round)
    for slot in slots:
        slot.given = given.get(slot.public_id, [])  # type: ignore[attr-defined]
    return slots


def reactions_of(person: Person, room: Room) -> dict[int, dict[str, int]]:
    """How many people gave which label, by slot pk, for moderators."""
    if not moderates(person):
        return {}
    rows = Reaction.objects.filter(slot__part__round=room.round_id, is_on=True).order_by()
    counted: dict[int, dict[str, int]] = defaultdict(dict)
    for slot, label, many in rows.values_list("slot", "label").annotate(Count("pk")):
        counted[slot][label] = many
    return dict(counted)


def _shapes(polls: QuerySet[Poll], room: Room, *, is_staff: bool) -> list[dict[str, Any]]:
    found = list(polls.select_related("slot__proposal__vendor").prefetch_related("options"))
    if not found:
        return []
    wanted = [poll.pk for poll in found]
    values: dict[int, list[Any]] = defaultdict(list)
    for poll, value in (
        PollReply.objects.filter(poll__in=wanted).order_by("updated_at", "pk").values_list("poll", "value")
    ):
        values[poll].append(value)
    let: dict[int, dict[str, bool]] = defaultdict(dict)
    for poll, key, is_let in PollDecision.objects.filter(poll__in=wanted).values_list("poll", "key", "is_let"):
        let[poll][key] = is_let
    return [_shape(poll, room, values[poll.pk], let[poll.pk], is_staff=is_staff) for poll in found]


def _shape(poll: Poll, room: Room, values: list[Any], let: dict[str, bool], *, is_staff: bool) -> dict[str, Any]:
    options = [option.label for option in poll.options.all()]

    def is_let(key: str) -> bool:
        return let.get(key, not room.is_moderated)

    def results(*, for_everyone: bool) -> dict[str, Any]:
        return tally(poll.kind, values, len(options), is_seen=is_let if for_everyone else lambda key: True)

    shape: dict[str, Any] = {
        "id": poll.public_id,
        "kind": poll.kind,
        "prompt": poll.prompt,
        "options": options,
        "max": poll.max_choices,
        "state": poll.state,
        "slot": poll.slot.public_id if poll.slot else None,
        "vendor": poll.slot.proposal.vendor.name if poll.slot and poll.slot.proposal else None,
    }
    if not is_staff:
        return shape | {"results": results(for_everyone=True) if poll.is_shown else None}
    return shape | {
        "version": poll.version,
        "state_label": POLL_TABLE.label(poll.state),
        "shown": poll.is_shown,
        "on_stage": room.stage_poll_id == poll.pk,
        "results": results(for_everyone=False),
        "texts": _texts(poll, values, is_let),
    }


def _texts(poll: Poll, values: Iterable[Any], is_let: Any) -> list[dict[str, Any]]:
    """Every text or word once, with whether everybody may see it; those that may not come first."""
    if not poll.is_written:
        return []
    written: dict[str, str] = {}
    for value in values:
        for text in value:
            written.setdefault(key_of(text), text)
    return sorted(
        ({"text": text, "is_let": is_let(key)} for key, text in written.items()), key=lambda each: each["is_let"]
    )
