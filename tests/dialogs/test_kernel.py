"""The kernel of dialogs: frames, moves, wishes, old versions. Small dialogs made for the test, the real kernel."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dialogs import kernel
from dialogs.kernel import Again, Dialog, DialogLoop, Do, Done, Frame, Go, Move, Push, Step, UnknownStep
from dialogs.wishes import GiveConsent
from dialogs.words import Answered, Chose, Event, Json, Said, Saying, ask, say


def _ask(key: str) -> Any:
    return lambda draft, ctx: (ask(key, heard=draft.get("heard", "")),)


def _first(draft: Json, event: Event, ctx: Any) -> Move:
    match event:
        case Said("go"):
            return Go("second", {"heard": "go"}, (say("a.going"),))
        case Said("again"):
            return Again((say("a.again"),))
        case Said("quiet"):
            return Again(draft={"heard": "quiet"}, reask=False)
        case Said("wish"):
            return Do((GiveConsent("v1"),), {"heard": "wish"})
        case Said("push"):
            return Push("b", {"from": "a"}, {"heard": "pushed"}, "second")
        case Said("hand"):
            return Done(hand_on=Said("words"))
        case Said("two"):
            return Done(opens=(("a", {"n": 1}), ("b", {"n": 2})))
        case Said("nowhere"):
            return Go("absent", draft)
        case Answered("GiveConsent"):
            return Go("second", {**draft, "heard": "granted"})
    return Done((say("a.over"),))


def _second(draft: Json, event: Event, ctx: Any) -> Move:
    return Done((say("a.over"),), hand_on=event if isinstance(event, Chose) else None)


def _other(draft: Json, event: Event, ctx: Any) -> Move:
    return Done((say("b.heard", text=getattr(event, "text", "")),))


def _root(draft: Json, event: Event, ctx: Any) -> Move:
    return Done((say("menu.heard", text=getattr(event, "text", "")),))


def _endless(draft: Json, event: Event, ctx: Any) -> Move:
    return Push("endless", {}, hand_on=event)


DIALOGS = {
    dialog.name: dialog
    for dialog in (
        Dialog("menu", 1, {"show": Step(_ask("menu.show"), _root)}),
        Dialog("a", 2, {"first": Step(_ask("a.first"), _first), "second": Step(_ask("a.second"), _second)},
               lambda old: Frame("a", 2, "second", old.draft) if old.version == 1 else None),
        Dialog("b", 1, {"only": Step(_ask("b.only"), _other)}),
        Dialog("endless", 1, {"on": Step(_ask("endless.on"), _endless)}),
    )
}  # fmt: skip


def begun(*events: Event, stack: kernel.Stack = ()) -> kernel.Turn:
    """Open "a" and hand it `events`, the stack going through JSON between them."""
    turn = kernel.start(DIALOGS, stack, "a", {}, None)
    for event in events:
        again = json.loads(json.dumps([frame.to_json() for frame in turn.stack]))
        turn = kernel.advance(DIALOGS, tuple(Frame.from_json(frame) for frame in again), event, None)
    return turn


def keys(says: list[Saying]) -> list[str]:
    return [getattr(s, "key", "") for s in says]


def steps(turn: kernel.Turn) -> list[tuple[str, str]]:
    return [(frame.dialog, frame.step) for frame in turn.stack]


def test_a_dialog_begins_with_the_question_of_its_first_step() -> None:
    """Opening a dialog asks; its first step is the first of the table."""
    turn = begun()
    assert (steps(turn), keys(turn.says)) == ([("a", "first")], ["a.first"])


def test_going_on_says_and_then_asks() -> None:
    """Go: what is said comes before the question of the next step, which sees the new draft."""
    turn = begun(Said("go"))
    assert (steps(turn), keys(turn.says)) == ([("a", "second")], ["a.going", "a.second"])
    assert turn.says[1].data == {"heard": "go"}  # type: ignore[union-attr]


def test_staying_repeats_the_question_unless_told_not_to() -> None:
    """Again: the question comes once more, or the step only keeps what it heard."""
    assert keys(begun(Said("again")).says) == ["a.again", "a.first"]
    quiet = begun(Said("quiet"))
    assert (quiet.says, quiet.stack[-1].draft) == ([], {"heard": "quiet"})


def test_a_wish_is_answered_to_the_step_that_wished() -> None:
    """Do: nothing is asked meanwhile; the answer reaches the same step with the kept draft."""
    turn = begun(Said("wish"))
    assert (turn.wishes, steps(turn), turn.says) == ((GiveConsent("v1"),), [("a", "first")], [])
    assert begun(Said("wish"), Answered("GiveConsent")).stack[-1] == Frame("a", 2, "second", {"heard": "granted"})


def test_a_suspended_dialog_asks_again_when_the_one_above_is_done() -> None:
    """Push: the frame below keeps its draft and step, and repeats its question afterwards."""
    above = begun(Said("push"))
    assert (steps(above), keys(above.says)) == ([("a", "second"), ("b", "only")], ["b.only"])
    back = begun(Said("push"), Said("x"))
    assert (steps(back), keys(back.says)) == ([("a", "second")], ["b.heard", "a.second"])
    assert back.stack[-1].draft == {"heard": "pushed"}


def test_what_is_handed_on_is_an_answer_and_no_reason_to_ask() -> None:
    """Done(hand_on): the frame below takes the event; with none below, the root dialog does, and leaves no frame."""
    below = kernel.open_dialog((), DIALOGS["b"], {})
    assert keys(begun(Said("hand"), stack=below).says) == ["b.heard"]
    alone = begun(Said("hand"))
    assert (keys(alone.says), alone.stack) == (["menu.heard"], ())


def test_two_matters_queue_with_the_first_on_top() -> None:
    """Done(opens): the first named is asked first, the others wait below."""
    turn = begun(Said("two"))
    assert (steps(turn), keys(turn.says)) == ([("b", "only"), ("a", "first")], ["a.first"])


def test_a_first_message_is_an_answer() -> None:
    """begin: the event goes to the first step at once, which asks nothing before."""
    turn = kernel.begin(DIALOGS, (), "a", {}, Said("go"), None)
    assert keys(turn.says) == ["a.going", "a.second"]


def test_an_old_frame_is_upgraded_or_given_up_with_a_sentence() -> None:
    """A frame of version 1 goes on where the upgrade puts it; an older one, or of a dialog that is gone, is told to be over."""
    turn = kernel.advance(DIALOGS, (Frame("a", 1, "first", {"heard": "old"}),), Said("x"), None)
    assert keys(turn.says) == ["a.over"]
    for lost in (Frame("a", 0, "first", {}), Frame("gone", 1, "first", {}), Frame("a", 2, "gone", {})):
        turn = kernel.advance(DIALOGS, (Frame("b", 1, "only", {}), lost), Said("x"), None)
        assert (keys(turn.says), steps(turn)) == (["kernel.given_up", "b.only"], [("b", "only")])
        assert keys(kernel.resume(DIALOGS, (lost,), None).says) == ["kernel.given_up"]


def test_faults_of_a_dialog_are_loud() -> None:
    """An unknown step and an endless round raise; nothing is said in their place."""
    with pytest.raises(UnknownStep, match=r"a\.absent"):
        begun(Said("nowhere"))
    with pytest.raises(DialogLoop, match="endless"):
        kernel.begin(DIALOGS, (), "endless", {}, Said("x"), None)
