"""The kernel of dialogs: a stack of frames, advanced by one event at a time. Small on purpose, and pure.

The rules of this file:
1. State is a stack of frames `(dialog, version, step, draft)`, plain JSON; the top frame hears the event.
2. A step is two plain functions: `ask(draft, ctx)` says the question, `take(draft, event, ctx)` decides.
3. `take` returns Go (another step), Again (same step, say something), Do (wishes first), Done (pop), Push (suspend and open another).
4. A wish is answered by `Answered` or `Refused` to the *same* step, in the same transaction.
5. An old version is upgraded or given up with a sentence (`kernel.given_up`), never with silence.
6. When a frame is done, the one below asks its question again, so that a suspended matter is never lost.
7. What the last frame hands on is taken by the root dialog, so that no words are lost on an empty stack.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogs.wishes import Wish
from dialogs.words import Event, Json, Say, Saying

MAX_MOVES = 32
ROOT = "menu"


class DialogLoop(RuntimeError):
    """A dialog moved between its steps without end"""


class UnknownStep(LookupError):
    """A dialog named a step that it does not have"""


@dataclass(frozen=True)
class Frame:
    """One suspended or running dialog."""

    dialog: str
    version: int
    step: str
    draft: Json = field(default_factory=dict)

    def to_json(self) -> Json:
        return {"dialog": self.dialog, "version": self.version, "step": self.step, "draft": self.draft}

    @staticmethod
    def from_json(data: Json) -> Frame:
        return Frame(data["dialog"], data["version"], data["step"], data["draft"])


@dataclass(frozen=True)
class Go:
    """Go on at `step` with `draft`, saying `says` first; the new step then asks."""

    step: str
    draft: Json
    says: tuple[Saying, ...] = ()


@dataclass(frozen=True)
class Again:
    """Stay at this step. `reask` repeats the step's question after `says`; `draft` None keeps it as it was."""

    says: tuple[Saying, ...] = ()
    draft: Json | None = None
    reask: bool = True


@dataclass(frozen=True)
class Do:
    """Ask the world for `wishes`; each is answered to this step's `take`, in order. `draft` is kept meanwhile."""

    wishes: tuple[Wish, ...]
    draft: Json
    says: tuple[Saying, ...] = ()


@dataclass(frozen=True)
class Done:
    """This dialog is over. `opens`: dialogs to start in its place (name, draft), the first one on top.

    `hand_on`: an event that the frame then on top takes instead of asking its question; the root dialog, when none is left.
    """

    says: tuple[Saying, ...] = ()
    opens: tuple[tuple[str, Json], ...] = ()
    hand_on: Event | None = None


@dataclass(frozen=True)
class Push:
    """Suspend this dialog (with `draft` and at `step` when given) and start another above it, which takes `hand_on` if given."""

    dialog: str
    opening: Json
    draft: Json | None = None
    step: str | None = None
    says: tuple[Saying, ...] = ()
    hand_on: Event | None = None


Move = Go | Again | Do | Done | Push
AskStep = Callable[[Json, Any], tuple[Saying, ...]]
TakeStep = Callable[[Json, Event, Any], Move]


@dataclass(frozen=True)
class Step:
    """What is asked here, and what is done with the answer."""

    ask: AskStep
    take: TakeStep


@dataclass(frozen=True)
class Dialog:
    """A table of steps; the first one of the table is where it starts. `upgrade` turns an older frame into this version or None."""

    name: str
    version: int
    steps: Mapping[str, Step]
    upgrade: Callable[[Frame], Frame | None] = lambda frame: None

    @property
    def first(self) -> str:
        return next(iter(self.steps))


Stack = tuple[Frame, ...]


@dataclass
class Turn:
    """What one event led to: the new stack, what to say (in order), and the wishes still to be granted."""

    stack: Stack
    says: list[Saying] = field(default_factory=list)
    wishes: tuple[Wish, ...] = ()


def open_dialog(stack: Stack, dialog: Dialog, draft: Json) -> Stack:
    """`stack` with a fresh frame of `dialog` on top."""
    return (*stack, Frame(dialog.name, dialog.version, dialog.first, draft))


def start(dialogs: Mapping[str, Dialog], stack: Stack, name: str, draft: Json, ctx: Any) -> Turn:
    """Open dialog `name` above `stack` and let it ask."""
    turn = Turn(open_dialog(stack, dialogs[name], draft))
    return _ask_top(dialogs, turn, ctx)


def begin(dialogs: Mapping[str, Dialog], stack: Stack, name: str, draft: Json, event: Event, ctx: Any) -> Turn:
    """Open dialog `name` above `stack` and hand it `event` at once: a first message is an answer, not a reason to ask."""
    return advance(dialogs, open_dialog(stack, dialogs[name], draft), event, ctx)


def resume(dialogs: Mapping[str, Dialog], stack: Stack, ctx: Any) -> Turn:
    """Repeat the question of the top frame."""
    return _ask_top(dialogs, Turn(stack), ctx)


def advance(dialogs: Mapping[str, Dialog], stack: Stack, event: Event, ctx: Any) -> Turn:
    """Hand `event` to the top frame of `stack` (not empty) and follow its move."""
    turn = Turn(stack)
    pending: Event | None = event
    for _ in range(MAX_MOVES):
        if pending is None or not turn.stack:
            return turn
        frame = _current(dialogs, turn)
        if frame is None:
            return _ask_top(dialogs, turn, ctx)
        move = _step(dialogs[frame.dialog], frame.step).take(frame.draft, pending, ctx)
        pending = _follow(dialogs, turn, frame, move, ctx)
    raise DialogLoop(turn.stack[-1].dialog)


def _step(dialog: Dialog, name: str) -> Step:
    try:
        return dialog.steps[name]
    except KeyError:
        raise UnknownStep(f"{dialog.name}.{name}") from None


def _current(dialogs: Mapping[str, Dialog], turn: Turn) -> Frame | None:
    """The top frame in its dialog's present version; an old one that can't be upgraded is dropped with a sentence."""
    frame = turn.stack[-1]
    dialog = dialogs.get(frame.dialog)
    if dialog is not None and frame.version == dialog.version and frame.step in dialog.steps:
        return frame
    newer = dialog.upgrade(frame) if dialog is not None else None
    if newer is not None:
        turn.stack = (*turn.stack[:-1], newer)
        return newer
    turn.stack = turn.stack[:-1]
    turn.says.append(Say("kernel.given_up"))
    return None


def _follow(dialogs: Mapping[str, Dialog], turn: Turn, frame: Frame, move: Move, ctx: Any) -> Event | None:
    """Carry out `move`; returns the event that the frame now on top must take, if one is handed on."""
    below = turn.stack[:-1]
    turn.says.extend(move.says)
    match move:
        case Go():
            _step(dialogs[frame.dialog], move.step)  # a typing error must be loud; only an old frame is given up
            turn.stack = (*below, Frame(frame.dialog, frame.version, move.step, move.draft))
            _ask_top(dialogs, turn, ctx)
        case Again():
            draft = frame.draft if move.draft is None else move.draft
            turn.stack = (*below, Frame(frame.dialog, frame.version, frame.step, draft))
            if move.reask:
                _ask_top(dialogs, turn, ctx)
        case Do():
            turn.stack = (*below, Frame(frame.dialog, frame.version, frame.step, move.draft))
            turn.wishes = move.wishes
        case Push():
            kept = Frame(frame.dialog, frame.version, move.step or frame.step, frame.draft if move.draft is None else move.draft)
            turn.stack = open_dialog((*below, kept), dialogs[move.dialog], move.opening)
            if move.hand_on is not None:
                return move.hand_on
            _ask_top(dialogs, turn, ctx)
        case Done():
            turn.stack = below
            for name, draft in reversed(move.opens):
                turn.stack = open_dialog(turn.stack, dialogs[name], draft)
            if not turn.stack and move.hand_on is not None and ROOT in dialogs and frame.dialog != ROOT:
                turn.stack = open_dialog((), dialogs[ROOT], {})
            if turn.stack and move.hand_on is not None:
                return move.hand_on
            if turn.stack:
                _ask_top(dialogs, turn, ctx)
    return None


def _ask_top(dialogs: Mapping[str, Dialog], turn: Turn, ctx: Any) -> Turn:
    """Let the top frame ask; a frame given up on the way uncovers the one below."""
    for _ in range(MAX_MOVES):
        if not turn.stack:
            return turn
        frame = _current(dialogs, turn)
        if frame is None:
            continue
        said = _step(dialogs[frame.dialog], frame.step).ask(frame.draft, ctx)
        turn.says.extend(said)
        return turn
    raise DialogLoop(turn.stack[-1].dialog)
