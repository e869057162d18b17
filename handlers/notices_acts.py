"""What a press on a notice's buttons does: approve, return, refuse, approve afterwards; and what a missed notice's owner chooses.

Rights are read from the database at each press; the author never counts, and nobody counts twice (unique key of `notice_approval`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from handlers import notices_change, notices_knock, notices_receipts, notices_report
from handlers.contexts import who_is
from handlers.inbound import Inbound, Tap
from handlers.notices_access import press_access
from handlers.notices_buttons import NoticePress, read_notice_press
from handlers.notices_cards import ask_approval, given, is_over, tell_author, version_of
from handlers.notices_moves import change
from handlers.notices_rights import approver_role, calendar_of, row_of
from handlers.rooms import staff_language
from handlers.world import Json, World
from models.access import NotAllowed
from models.audit import audit
from models.notice import Notice, NoticeApproval
from models.notice_clock import wall_of

Toast = tuple[str, Json]
QUIETLY = ("reach.toast.confirmed", "reach.toast.again", "reach.toast.told", "reach.toast.nobody", "reach.toast.private")
"""Toasts that pass by themselves: the others stay until they are closed."""
LASTING = ("after",)
"""Acts whose card outlives the notice's changes of state: delivery goes on meanwhile."""


def on_tap(world: World, inbound: Inbound, person_id: str, data: str) -> None:
    """A notice button was pressed by somebody in a room; the press is answered with a toast in any case."""
    press = read_notice_press(world, data, inbound.chat)
    language = who_is(world, person_id).language if inbound.private else staff_language(world)
    key, values = ("staff.toast.hidden", {}) if inbound.hidden else _pressed(world, inbound, person_id, press)
    if isinstance(inbound.body, Tap):
        answer = {"do": "answer", "tap": inbound.body.tap_id, "key": key, "data": values, "alert": not key.startswith(QUIETLY)}
        world.ephemeral.append({**answer, "language": language})


def _pressed(world: World, inbound: Inbound, person_id: str, press: NoticePress | None) -> Toast:
    if press is not None and press.word in RECIPIENT_ACTS:
        return RECIPIENT_ACTS[press.word](world, inbound, person_id, press)
    if press is None or not (press.word in ACTS or press.word.startswith("access_")):
        return "staff.toast.not_valid", {}
    if press.word.startswith("access_"):
        return _on_access(world, person_id, press)
    notice = world.session.get(Notice, press.row_id, populate_existing=True)
    if notice is None:
        return "staff.toast.not_valid", {}
    if press.number != notice.rev and press.word not in LASTING:
        return "notice.toast.stale", {"state": notice.state}
    try:
        return ACTS[press.word](Pressed(world, notice, person_id, inbound.chat, press.choice))
    except NotAllowed as refused:
        return f"notice.refused.{refused.key}", {"buildings": []}


def _on_access(world: World, person_id: str, press: NoticePress) -> Toast:
    try:
        return press_access(world, person_id, press.row_id, press.word, press.number)
    except NotAllowed as refused:
        return f"notice.refused.{refused.key}", {"buildings": []}


def _applies(world: World, inbound: Inbound, person_id: str, press: NoticePress) -> Toast:
    return "notice.toast.apply", {}


@dataclass(frozen=True)
class Pressed:
    """One press on one notice."""

    world: World
    notice: Notice
    person_id: str
    chat: str
    choice: str = ""


def _decide(pressed: Pressed, decision: str, approvers: tuple[str, ...], reason: str = "") -> str:
    world, notice = pressed.world, pressed.notice
    role = approver_role(world, pressed.person_id, notice, approvers)
    row = NoticeApproval(
        id=world.new_id(),
        notice_id=notice.id,
        version=notice.version,
        person_id=pressed.person_id,
        role=role,
        decision=decision,
        reason=reason,
        at=world.now,
    )
    world.session.add(row)
    world.session.flush()
    audit(world.session, notice.community_id, world.now, pressed.person_id, f"notice_{decision}", "notice", notice.id, role=role)
    return role


def _approve(pressed: Pressed) -> Toast:
    world, notice = pressed.world, pressed.notice
    if notice.state != "pending_approval":
        return "notice.toast.stale", {"state": notice.state}
    if is_over(world, version_of(world, notice)) and not notice.urgent:
        return "notice.toast.over", {}
    row = row_of(world, notice.rule)
    role = _decide(pressed, "approve", tuple(row["approvers"]))
    count = given(world, notice)
    if count < notice.approvals_needed and not (notice.urgent and role in row.get("after", ())):
        # The card stands as it is: its revision has not changed, a second person may press it.
        return "notice.toast.one_more", {"given": count, "needed": notice.approvals_needed}
    after = row.get("after", ())
    by_lead = any(decided in after for decided in _roles(world, notice))
    due = world.now + timedelta(hours=world.book.settings["notices"]["limits"]["approve_after_hours"]) if after and not by_lead else None
    calendar = calendar_of(world)
    send_at = max(notice.send_at, world.now)
    send_at = send_at if notice.urgent else calendar.out_of_quiet(send_at)
    state = "pattern" if notice.repeat_id is not None else "scheduled"
    change(
        world, notice, state=state, approved_at=world.now, approve_after_by=due, send_at=send_at, send_wall=wall_of(send_at, calendar.zone)
    )  # fmt: skip
    tell_author(world, notice, "notice.told.approved")
    if due is not None:
        ask_approval(world, notice, "notice.card_after", ("after",))
    return "notice.toast.approved", {}


def _roles(world: World, notice: Notice) -> list[str]:
    query = select(NoticeApproval.role).where(NoticeApproval.notice_id == notice.id, NoticeApproval.version == notice.version)
    return list(world.session.scalars(query))


def _after(pressed: Pressed) -> Toast:
    """The lead's approval of an urgent notice that is out already."""
    if pressed.notice.approve_after_by is None:
        return "notice.toast.stale", {"state": pressed.notice.state}
    _decide(pressed, "after", tuple(row_of(pressed.world, pressed.notice.rule)["after"]))
    change(pressed.world, pressed.notice, approve_after_by=None)
    return "notice.toast.approved", {}


def _sent_back(state: str) -> Callable[[Pressed], Toast]:
    def act(pressed: Pressed) -> Toast:
        world, notice = pressed.world, pressed.notice
        if notice.state != "pending_approval":
            return "notice.toast.stale", {"state": notice.state}
        _decide(pressed, {"returned": "return", "refused": "refuse"}[state], tuple(row_of(world, notice.rule)["approvers"]), pressed.choice)
        if not notices_change.back_to_standing(world, notice):
            change(world, notice, state=state, reason=pressed.choice)
        tell_author(world, notice, f"notice.told.{state}", reason=pressed.choice)
        return f"notice.toast.{state}", {}

    return act


def _own(state: str, toast: str) -> Callable[[Pressed], Toast]:
    """What the owner of a missed notice chooses: send it now, or not at all."""

    def act(pressed: Pressed) -> Toast:
        world, notice = pressed.world, pressed.notice
        if pressed.person_id != notice.author_id:
            raise NotAllowed("not_yours")
        if notice.state not in ("missed", "scheduled"):
            return "notice.toast.stale", {"state": notice.state}
        if state == "scheduled" and is_over(world, version_of(world, notice)):
            return "notice.toast.over", {}
        send_at = world.now if notice.urgent else calendar_of(world).out_of_quiet(world.now)
        values = {"send_at": send_at, "late": True} if state == "scheduled" else {}
        change(world, notice, state=state, **values)
        return toast, {}

    return act


ACTS: dict[str, Callable[[Pressed], Toast]] = {
    "approve": _approve,
    "return": _sent_back("returned"),
    "refuse": _sent_back("refused"),
    "after": _after,
    "send_now": _own("scheduled", "notice.toast.sending"),
    "cancel": _own("cancelled", "notice.toast.cancelled"),
}

RecipientAct = Callable[[World, Inbound, str, NoticePress], Toast]
RECIPIENT_ACTS: dict[str, RecipientAct] = {
    "apply": _applies, "confirm": notices_receipts.confirm, "difficulty": notices_receipts.difficulty, "told": notices_knock.knocked,
    "nobody": notices_knock.knocked, "correct": notices_change.correct_button, "recall": notices_change.recall, "papers": notices_report.papers,
    "poster": notices_report.papers,
}  # fmt: skip
"""What recipients press under a posted notice (“confirm”, “difficulty” …): (world, inbound, person, press) → toast. Their number is
the version they read; the standing of the notice is not looked at before."""
