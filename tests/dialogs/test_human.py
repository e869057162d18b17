"""A human at any time: an honest date at once, the suspended form comes back, and nothing said is lost."""

from __future__ import annotations

from typing import Any

import pytest

from dialogs import DIALOGS
from dialogs.wishes import AddNote, AskStaff, CallMe, WithdrawCase
from dialogs.words import Chose, Commanded, ContactSent, Hazarded, MediaSent, Opened, Refused, Woke
from tests.dialogs.play_alarm import Player
from tests.dialogs.test_alarm import FORM

BY = "2026-11-24T10:00:00+08:00"
CASE = {"case_id": "q1", "number": "SMY-261123-020", "answer_by": BY, "contact_by": BY}
GRANTS: dict[str, Any] = {
    "AskStaff": {**CASE, "on_duty": False},
    "CallMe": {"case_id": "q1", "number": "SMY-261123-020", "contact_by": BY},
    "AddNote": {"number": "SMY-261123-020"},
    "WithdrawCase": {"number": "SMY-261123-020", "hazard_stays": False},
}


def asks_for_human(draft: dict[str, Any] | None = None, **grants: Any) -> Player:
    player = Player({**GRANTS, **grants}, dialogs={**DIALOGS, "form": FORM})
    player.opens("form", {"purpose": "certificate", "took": []})
    player.opens("human", draft or {}, Commanded("human", "人工"))
    return player


@pytest.mark.parametrize(("on_duty", "words"), [(True, "有同事值班"), (False, "没有同事在岗")])
def test_says_honestly_whether_somebody_is_there_and_until_when(on_duty: bool, words: str) -> None:
    """The first answer says who is on duty and the date of the answer; the matter is filed already."""
    player = asks_for_human(AskStaff={**CASE, "on_duty": on_duty})
    assert player.wished(AskStaff)[0].words == "人工"
    assert words in player.said
    assert "11月24日10:00" in player.said
    assert "☎请打给我" in player.labels


def test_what_the_form_knew_goes_with_it() -> None:
    """Words, place and pictures of the suspended draft are handed over."""
    player = asks_for_human({"words": "灯不亮", "place": {"building": "3"}, "media": ["m1"]})
    (wish,) = player.wished(AskStaff)
    assert wish.words.startswith("灯不亮")
    assert (wish.place, wish.media) == ({"building": "3"}, ("m1",))


def test_one_message_is_added_and_the_form_asks_again() -> None:
    """The matter in one message: noted with the date, then the form's own question."""
    player = asks_for_human()
    player.says("我家门锁坏了三天没人管")
    (note,) = player.wished(AddNote)
    assert (note.case_id, note.words) == ("q1", "我家门锁坏了三天没人管")
    assert player.keys == ["human.noted", "welcome.home"]
    assert player.stack[0].draft["purpose"] == "certificate"
    assert player.top == ("form", "slot")


def test_pictures_of_an_album_are_all_added() -> None:
    """After a picture more may come; 【就这样】 ends it."""
    player = asks_for_human()
    player.does(MediaSent("photo", "m1"))
    player.does(MediaSent("photo", "m2", "这里"))
    assert [note.media for note in player.wished(AddNote)] == [("m1",), ("m2",)]
    player.taps("就这样")
    assert player.top == ("form", "slot")


def test_phone_me_asks_for_a_number_and_keeps_what_is_answered() -> None:
    """【☎请打给我】 gives a time, then the number is noted, typed or shared."""
    for event in (Chose("chat"), ContactSent("13800000000")):
        player = asks_for_human()
        player.taps("☎请打给我")
        assert player.wished(CallMe)[0].case_id == "q1"
        assert "哪个号码" in player.said
        player.does(event)
        assert player.top == ("form", "slot")
    assert player.wished(AddNote)[0].words == "13800000000"


def test_no_human_needed_after_all() -> None:
    """【不用找人了】 withdraws it; when that is too late the date stands."""
    player = asks_for_human()
    player.taps("不用找人了")
    assert player.wished(WithdrawCase)[0].case_id == "q1"
    assert "不用回了" in player.said
    player = asks_for_human(WithdrawCase=Refused("WithdrawCase", "not_now"))
    player.taps("不用找人了")
    assert "11月24日10:00" in player.said


def test_too_many_is_said_with_numbers_to_call() -> None:
    """A refused question names other ways, and the form comes back."""
    player = asks_for_human(AskStaff=Refused("AskStaff", "too_many", {"limit": 5}))
    assert "12345" in player.said
    assert player.top == ("form", "slot")


def test_opened_without_a_word_it_asks_and_files_after_silence() -> None:
    """Started as a question it asks what it is about; silence files it all the same."""
    player = Player(GRANTS)
    player.opens("human", {})
    assert player.timer is not None
    player.does(Woke("human"))
    assert player.wished(AskStaff)[0].words
    player.does(Woke("human"))
    assert player.stack == ()
    player = Player(GRANTS)
    player.opens("human", {})
    player.taps("☎请打给我")
    player.does(Woke("human"))
    assert player.stack == ()
    player = Player(GRANTS)
    player.opens("human", {})
    player.taps("返回")
    assert player.stack == ()


def test_leaving_keeps_the_question_with_its_date() -> None:
    """算了 leaves with the date said; asking for a human again repeats who is there."""
    player = asks_for_human()
    assert "没有同事在岗" in player.does(Commanded("human", "人工"))
    player.does(Commanded("cancel", "算了"))
    assert "11月24日10:00" in player.said
    assert player.top == ("form", "slot")


def test_the_menu_and_a_hazard_are_not_swallowed() -> None:
    """/start shows the menu above it; a true hazard goes on to the form below."""
    player = asks_for_human()
    assert "menu.show" in (player.does(Opened("")) and player.keys)
    player.does(Hazarded("SF10", "滋滋响", True))
    assert player.stack[-1].draft["took"] == ["Hazarded"]
    assert not player.wished(AddNote)
