"""Every wish and the use case that grants it, on one page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dialogs import notice_wishes, policy_wishes, wishes
from dialogs.words import Answered, Refused
from handlers import alarms, asking, asking_facts, cases, joining, notices, notices_access, notices_asides, own_cases, people
from handlers.world import World
from models.case import save

Granting = Callable[[World, str, Any], Answered | Refused]

GRANTS: dict[type[Any], Granting] = {
    wishes.Quote: cases.quote,
    wishes.FindSimilar: joining.find_similar,
    wishes.OpenCase: cases.open_case,
    wishes.JoinCase: joining.join_case,
    wishes.UndoCase: cases.undo_case,
    wishes.AddNote: own_cases.add_note,
    wishes.ListCases: own_cases.list_cases,
    wishes.ShowCase: own_cases.show_case,
    wishes.WithdrawCase: own_cases.withdraw_case,
    wishes.ConfirmCase: own_cases.confirm_case,
    wishes.CallMe: cases.call_me,
    wishes.AskStaff: cases.ask_staff,
    wishes.AskHelp: cases.ask_help,
    policy_wishes.FindPolicy: asking.find_policy,
    policy_wishes.LookUp: asking_facts.look_up,
    policy_wishes.HandOver: asking.hand_over,
    policy_wishes.JudgeAnswer: asking.judge_answer,
    wishes.RaiseAlarm: alarms.raise_alarm,
    wishes.AddToAlarm: alarms.add_to_alarm,
    wishes.StandDown: alarms.stand_down,
    wishes.GiveConsent: people.give_consent,
    wishes.SetLanguage: people.set_language,
    wishes.SetElderMode: people.set_elder_mode,
    wishes.BindHome: people.bind_home,
    wishes.BindCode: people.bind_code,
    notice_wishes.WeighNotice: notices.weigh,
    notice_wishes.PlanNotice: notices.plan,
    notice_wishes.ApplyAccess: notices_access.apply_access,
    notice_wishes.TellUnder: notices_asides.tell_under,
}


def grant(world: World, person_id: str, wish: wishes.Wish) -> Answered | Refused:
    """Do what `wish` asks for this person, or say why not. Everything is written in the caller's transaction.

    Raises CaseMoved.
    """
    answer = GRANTS[type(wish)](world, person_id, wish)
    save(world.session)
    return answer
