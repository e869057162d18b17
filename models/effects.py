"""What each move does to the case besides its state: moments, counters, stamps. Letters and cards are the handlers' business."""

from __future__ import annotations

from collections.abc import Callable

from models.case import Case
from models.community import community_of
from models.scene import Act, Scene
from models.sla import Terms, resumed
from models.stamps import STAMPS
from models.whereabouts import put_place


def terms(world: Scene) -> Terms:
    """The arithmetic of promises for this community."""
    zone = community_of(world.session, world.community_id).zone
    return Terms.of(world.book.categories, world.book.sla, zone)


def _close(outcome: str) -> Callable[[Case, Act], None]:
    def effect(case: Case, act: Act) -> None:
        case.outcome = outcome

    return effect


def accept(case: Case, act: Act) -> None:
    case.dispatch_by = terms(act.world).step_by("dispatch", case.sla, act.now)


def ask_info(case: Case, act: Act) -> None:
    case.info_asked_at = act.now
    case.paused_at = act.now


def info_given(case: Case, act: Act) -> None:
    case.info_asked_at = None
    resume(case, act)


def decline(case: Case, act: Act) -> None:
    case.declined_by = act.actor.person_id


def appeal(case: Case, act: Act) -> None:
    case.outcome = ""
    case.triage_by = terms(act.world).step_by("triage", case.sla, act.now)


def merge(case: Case, act: Act) -> None:
    """The master keeps the earliest due and the highest class."""
    master = act.world.session.get(Case, act.data["master_id"])
    assert master is not None
    case.master_id = master.id
    if master.answer_by is None or (case.answer_by is not None and case.answer_by < master.answer_by):
        master.answer_by = case.answer_by
    if terms(act.world).is_higher(case.sla, master.sla):
        master.sla = case.sla


def unmerge(case: Case, act: Act) -> None:
    case.master_id = None


def dispatch(case: Case, act: Act) -> None:
    case.lead_id = act.data["party_id"]
    case.sign_by = terms(act.world).step_by("sign", case.sla, act.now)


def sign(case: Case, act: Act) -> None:
    case.lead_id = act.data.get("party_id", case.lead_id)
    case.signed_at = act.now


def give_back(case: Case, act: Act) -> None:
    case.returned_by = [*case.returned_by, case.lead_id]
    case.dispute_count += 1
    case.lead_id = None
    case.sign_by = None
    case.dispatch_by = terms(act.world).step_by("dispatch", case.sla, act.now)


def contact(case: Case, act: Act) -> None:
    case.first_contact_at = case.first_contact_at or act.now


def contact_by_words(case: Case, act: Act) -> None:
    """The first words of a human to the resident are the contact that was promised; a bot's receipt is not."""
    if act.actor.may & {"staff", "handler"}:
        contact(case, act)


def relocate(case: Case, act: Act) -> None:
    """The room stays out of the event's data: it is sealed in the case only."""
    put_place(act.world, case, act.data.pop("place"))


def pause(case: Case, act: Act) -> None:
    case.paused_at = act.now
    case.paused_until = act.data["until"]
    case.pause_reason = act.data["reason"]


def resume(case: Case, act: Act) -> None:
    """The promise moves by exactly as long as the pause lasted."""
    if case.paused_at is not None:
        case.answer_by = resumed(case.answer_by, case.paused_at, act.now)
        case.paused_seconds += int((act.now - case.paused_at).total_seconds())
    case.paused_at = case.paused_until = None
    case.pause_reason = ""


def extend(case: Case, act: Act) -> None:
    case.answer_by = act.data["until"]
    case.extensions += 1


def answer(case: Case, act: Act) -> None:
    case.answered_at = act.now


def verify_fail(case: Case, act: Act) -> None:
    case.answered_at = None
    case.rework_count += 1


def solved(case: Case, act: Act) -> None:
    case.outcome = "solved"
    if case.paused_at is not None:
        resume(case, act)


def reopen(case: Case, act: Act) -> None:
    """Half of the time again, at least a day; the first promise stays for the figures."""
    case.outcome = ""
    case.answered_at = None
    case.overdue = False
    case.reopen_count += 1
    rules = terms(act.world)
    if case.state == "review":
        case.answer_by = rules.calendar.add_workdays(act.now, act.world.book.sla["limits"]["review_workdays"])
    else:
        case.answer_by = rules.reopened(case.category, case.sla, act.now)
    act.data["answer_by"] = case.answer_by


def silence(case: Case, act: Act) -> None:
    case.outcome = "no_response"
    case.info_asked_at = None


def understood(case: Case, act: Act) -> None:
    case.outcome = act.data["outcome"]


def raise_class(case: Case, act: Act) -> None:
    """Of the old and the new promise, whichever is sooner counts. What was contacted already stays contacted."""
    new = terms(act.world).raised(case.category, act.data["sla"], act.now, case.contact_by, case.answer_by)
    act.data["was"] = case.sla
    case.sla = new.sla
    case.contact_by = new.contact_by if case.first_contact_at is None else case.contact_by
    case.answer_by = new.answer_by
    case.hazard = act.data.get("hazard") or case.hazard
    act.data["answer_by"], act.data["contact_by"] = case.answer_by, case.contact_by


def reclassify(case: Case, act: Act) -> None:
    """Another category: the promise already given is kept, or becomes sooner, never later."""
    rules = terms(act.world)
    act.data["was"] = case.category
    case.category = act.data["category"]
    row = rules.category(case.category)
    case.sensitive = case.sensitive or row.get("sensitivity") == "H"
    if case.sensitive:
        case.title = ""
    if rules.is_higher(str(row["class"]), case.sla):
        new = rules.raised(case.category, str(row["class"]), act.now, case.contact_by, case.answer_by)
        case.sla, case.contact_by, case.answer_by = new.sla, new.contact_by, new.answer_by


def escalate(case: Case, act: Act) -> None:
    case.escalation_level += 1
    case.resident_escalated = case.resident_escalated or "resident" in act.actor.may


EFFECTS: dict[str, Callable[[Case, Act], None]] = {
    "accept": accept,
    "ask_info": ask_info,
    "info_given": info_given,
    "decline": decline,
    "appeal": appeal,
    "merge": merge,
    "unmerge": unmerge,
    "take_over": sign,
    "dispatch": dispatch,
    "sign": sign,
    "auto_sign": sign,
    "return": give_back,
    "contact": contact,
    "pause": pause,
    "resume": resume,
    "transfer": dispatch,
    "extend_approve": extend,
    "answer": answer,
    "verify_fail": verify_fail,
    "solved": solved,
    "partly": reopen,
    "not_solved": reopen,
    "reopen": reopen,
    "understood": understood,
    "silence": silence,
    "uphold": _close("explained_cannot"),
    "refer": _close("referred"),
    "redo": reopen,
    "reply": contact_by_words,
    "relocate": relocate,
    "raise_class": raise_class,
    "reclassify": reclassify,
    "escalate": escalate,
    "settle": _close("solved"),
    **STAMPS,
}
