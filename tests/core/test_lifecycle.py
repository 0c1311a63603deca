"""The life-cycle table refuses to be built wrong, and answers what its readers ask."""

import pytest

from core.lifecycle import State, Table, Transition

DOOR = Table(
    "door",
    states=(
        State("shut", "閉", "Shut"),
        State("open", "開", "Open"),
        State("locked", "施錠", "Locked"),
    ),
    transitions=(
        Transition("open", ("shut",), "open", "開ける", who="visitor"),
        Transition("shut", ("open",), "shut", "閉める", who="visitor"),
        Transition(
            "lock",
            ("shut", "open"),
            "locked",
            "施錠",
            who="owner",
            refusals=("key_is_missing", "house_is_full"),
        ),
    ),
)


def test_the_first_state_is_the_initial_one() -> None:
    assert DOOR.initial == "shut"


def test_a_state_is_called_by_its_japanese_label() -> None:
    assert DOOR.label("locked") == "施錠"


def test_a_step_is_found_by_its_name() -> None:
    assert DOOR.transition("lock").target == "locked"


def test_the_steps_from_a_state_keep_the_order_of_the_table() -> None:
    assert [transition.step for transition in DOOR.steps_from("shut")] == [
        "open",
        "lock",
    ]
    assert DOOR.steps_from("locked") == ()


@pytest.mark.parametrize("ask", [DOOR.state, DOOR.label, DOOR.transition, DOOR.steps_from])
def test_an_unknown_name_is_a_key_error(ask) -> None:
    with pytest.raises(KeyError):
        ask("ajar")


@pytest.mark.parametrize(
    "transition",
    [
        Transition("climb", ("window",), "open", "登る", who="thief"),
        Transition("climb", ("shut",), "window", "登る", who="thief"),
    ],
)
def test_a_transition_between_unknown_states_is_refused(transition: Transition) -> None:
    with pytest.raises(ValueError, match=r"door\.climb: unknown state 'window'"):
        Table("door", DOOR.states, (transition,))


def test_a_transition_without_a_source_is_refused() -> None:
    with pytest.raises(ValueError, match=r"door\.climb: no source"):
        Table("door", DOOR.states, (Transition("climb", (), "open", "登る", who="thief"),))


def test_a_step_may_stand_in_a_table_only_once() -> None:
    with pytest.raises(ValueError, match="step 'open' occurs twice"):
        Table("door", DOOR.states, (*DOOR.transitions, DOOR.transitions[0]))


def test_a_state_may_stand_in_a_table_only_once() -> None:
    with pytest.raises(ValueError, match="state 'shut' occurs twice"):
        Table("door", (*DOOR.states, DOOR.states[0]), ())


def test_a_table_without_states_is_refused() -> None:
    with pytest.raises(ValueError, match="door: no states"):
        Table("door", (), ())


def test_a_table_can_be_read_as_markdown() -> None:
    assert DOOR.render().splitlines() == [
        "| step | 手続き | from | to | who | refused when |",
        "|---|---|---|---|---|---|",
        "| `open` | 開ける | shut | open | visitor | – |",
        "| `shut` | 閉める | open | shut | visitor | – |",
        "| `lock` | 施錠 | shut, open | locked | owner | key is missing; house is full |",
    ]
