"""The emergency's own small machine, beside the state of its case: who took it, to whom it was handed over, when it was safe."""

from __future__ import annotations

from collections.abc import Callable

from models.case import Case
from models.scene import Act


def ack(case: Case, act: Act) -> None:
    case.acked_at = act.now
    case.acked_by = act.actor.person_id


def handover(case: Case, act: Act) -> None:
    case.handed_over_at = case.handed_over_at or act.now
    case.handed_over_to = act.data["to"]


def arrived(case: Case, act: Act) -> None:
    case.arrived_at = case.arrived_at or act.now


def safe(case: Case, act: Act) -> None:
    case.safe_at = act.now


def false_alarm(case: Case, act: Act) -> None:
    case.false_alarm = True


def says_safe(case: Case, act: Act) -> None:
    case.says_safe_at = act.now


STAMPS: dict[str, Callable[[Case, Act], None]] = {
    "ack": ack,
    "handover": handover,
    "arrived": arrived,
    "safe": safe,
    "false_alarm": false_alarm,
    "says_safe": says_safe,
}
