"""Meeting somebody: hello with the menu, a language, consent with its version, a home by typing or by code. Never before a matter."""

from __future__ import annotations

from typing import Any

import pytest

import locales
from dialogs import DIALOGS
from dialogs.wishes import BindCode, BindHome, GiveConsent, SetLanguage
from dialogs.words import Chose, Commanded, Event, Hazarded, MediaSent, Opened, Refused, Woke
from tests.dialogs.play_alarm import Player, settings
from tests.dialogs.test_alarm import FORM

VERSION = settings()["consent_version"]


def bind_home(wish: BindHome) -> Any:
    if wish.building == "12":
        return Refused("BindHome", "no_such_building", {"nearest": ["10", "11", "14"]})
    if wish.room == "9999":
        return Refused("BindHome", "no_such_room", {"building": wish.building})
    return {"building": wish.building, "unit": wish.unit, "room": wish.room, "verified": False}


GRANTS: dict[str, Any] = {
    "BindHome": bind_home,
    "BindCode": lambda wish: (
        {"building": "9", "unit": "2", "room": "902", "verified": True}
        if wish.code == "AB12CD34EF"
        else Refused("BindCode", "bad_code")
    ),
}


def opened(payload: str, *, consent: str = VERSION, below: bool = False, **who: Any) -> Player:
    player = Player(GRANTS, dialogs={**DIALOGS, "form": FORM}, consent=consent, **who)
    if below:
        player.opens("form", {"purpose": "certificate", "took": []})
    player.opens("welcome", {}, Opened(payload))
    return player


def test_hello_says_what_it_is_what_it_stores_and_leaves_the_floor() -> None:
    """One message: a program, what is stored, /privacy; then the menu, and no frame that would stand in the way."""
    player = opened("", consent="", met=False)
    assert player.keys == ["welcome.hello", "menu.show"]
    assert "小程序" in player.said
    assert "/privacy" in player.said
    assert player.stack == ()
    assert not player.wishes


def test_language() -> None:
    """Two literal buttons; the choice is stored."""
    player = opened("lang")
    assert player.labels == ["中文", "English"]
    player.taps("English")
    assert player.wished(SetLanguage)[0].language == "en"
    assert player.stack == ()


def test_consent_with_its_version_and_the_whole_text_first() -> None:
    """【看全文】 shows the notice and asks again; 【同意】 records the version in force."""
    player = opened("consent", consent="")
    assert player.labels == ["同意", "先不", "看全文"]
    player.taps("看全文")
    assert player.keys == ["welcome.privacy", "welcome.consent"]
    assert not player.wishes
    player.taps("同意")
    assert player.wished(GiveConsent)[0].version == VERSION
    assert player.stack == ()


def test_no_consent_says_what_works_without() -> None:
    """【先不】 stores nothing and says what stays possible."""
    for act in (Chose("later"), Commanded("cancel", "算了")):
        player = opened("consent", consent="")
        player.does(act)
        assert player.keys == ["welcome.declined"]
        assert "打给我" in player.said
        assert not player.wishes


def test_privacy_shows_the_notice_and_asks_only_who_has_not_agreed() -> None:
    """/privacy is a text for those who agreed, a question after it for the others."""
    assert opened("privacy").keys == ["welcome.privacy"]
    assert opened("privacy", consent="").keys == ["welcome.privacy", "welcome.consent"]
    assert opened("privacy", consent="v0").keys == ["welcome.privacy", "welcome.consent"]


def test_the_notice_names_periods_rights_and_purpose() -> None:
    """Both languages say what, what for, who, how long and which rights."""
    notice = {language: locales.catalogue(language)["welcome.privacy"] for language in ("zh", "en")}
    for words in ("存什么", "做什么", "谁能看", "7 天", "24 小时", "2 年", "180 天", "90 天", "加密", "撤回", "14 岁"):
        assert words in notice["zh"]
    for words in ("kept", "What for", "Who sees", "7 days", "24 hours", "2 years", "180 days", "voice 90 days", "encrypted", "withdraw", "Under 14"):
        assert words in notice["en"]


def test_a_home_typed_in_one_go() -> None:
    """2-1-301 binds at once, claimed and not verified."""
    player = opened("bind")
    player.says("2-1-301")
    assert player.wishes == [BindHome("2", "1", "301")]
    assert player.keys == ["welcome.claimed"]
    assert "2栋1单元301室" in player.said


def test_a_building_alone_is_asked_for_the_room() -> None:
    """3栋 leads to the room; 【只登记到楼栋】 is enough; a room that doesn't exist is asked for again."""
    player = opened("bind")
    assert "3栋" in player.says("3栋")
    player.says("1-9999")
    assert player.keys == ["welcome.no_such_room", "welcome.room"]
    player.says("1-301")
    assert player.wishes[-1] == BindHome("3", "1", "301")
    player = opened("bind")
    player.says("3栋")
    player.taps("只登记到楼栋")
    assert player.wishes == [BindHome("3", "", "")]
    assert player.stack == ()


def test_a_building_that_does_not_exist_offers_three() -> None:
    """12栋 is refused with the nearest three as buttons; nothing is guessed."""
    player = opened("bind")
    answer = player.says("12-1-301")
    assert "没有12栋" in answer
    assert player.labels == ["10栋", "11栋", "14栋", "跳过"]
    player.taps("11栋")
    last = player.wishes[-1]
    assert (last.building, last.room) == ("11", "301")


def test_a_code_binds_verified_and_a_bad_one_asks() -> None:
    """A code from a link or typed binds verified; a used one says so and asks for the address."""
    player = opened("AB12CD34EF")
    assert player.keys == ["welcome.bound"]
    assert "9栋2单元902室" in player.said
    player = opened("bind")
    player.says("AB12CD34EF")
    assert player.wishes == [BindCode("AB12CD34EF")]
    assert player.keys == ["welcome.bound"]
    player = opened("ZZ99ZZ99ZZ")
    assert player.keys == ["welcome.bad_code", "welcome.home"]
    player = opened("bind")
    player.says("ZZ99-ZZ99-ZZ")
    assert player.keys == ["welcome.bad_code", "welcome.home"]


@pytest.mark.parametrize("payload", ["bind", "AB12CD34EF"])
def test_a_home_is_stored_only_after_consent(payload: str) -> None:
    """Without consent the question comes first; then the home or the code goes on by itself."""
    player = opened(payload, consent="")
    assert player.keys == ["welcome.consent"]
    player.taps("同意")
    assert player.wished(GiveConsent)
    assert player.keys[0] == "welcome.agreed"
    assert player.keys[1] == ("welcome.home" if payload == "bind" else "welcome.bound")


@pytest.mark.parametrize("payload", ["lang", "consent", "bind"])
@pytest.mark.parametrize("event", [MediaSent("photo", "m1"), Hazarded("SF10", "滋滋响", True)])
def test_a_matter_goes_first(payload: str, event: Event) -> None:
    """Whatever is no answer is handed to what stands below, at every step."""
    player = opened(payload, consent="" if payload == "consent" else VERSION, below=True)
    player.does(event)
    assert player.stack[-1].draft["took"] == [type(event).__name__]


@pytest.mark.parametrize("payload", ["lang", "consent", "bind"])
def test_a_matter_in_words_goes_first(payload: str) -> None:
    """A sentence about a broken lamp is no address, no consent and no language."""
    player = opened(payload, consent="" if payload == "consent" else VERSION, below=True)
    player.says("楼道灯不亮了，黑得很，老人怕摔跤")
    assert player.stack[-1].draft["took"] == ["Said"]
    assert not player.wishes


@pytest.mark.parametrize("before", [(), ("3栋",)])
def test_a_matter_with_a_place_in_it_is_no_home(before: tuple[str, ...]) -> None:
    """3栋2单元灯不亮 binds nobody to building 3."""
    player = opened("bind", below=True)
    for words in before:
        player.says(words)
    player.says("3栋2单元灯不亮")
    assert player.stack[-1].draft["took"] == ["Said"]
    assert not player.wishes


@pytest.mark.parametrize("words", ["我住3栋2单元501室", "Building 3 unit 2 room 501", "3-2-501", "三栋二单元501", "3幢2单元501"])
def test_a_home_as_people_write_it(words: str) -> None:
    """An address in any usual form binds the same home."""
    player = opened("bind")
    player.says(words)
    assert player.wishes == [BindHome("3", "2", "501")]


def test_skipping_and_waking_change_nothing() -> None:
    """【跳过】 ends the step; a stale timer only repeats the question; going back from the room asks for the building again."""
    player = opened("bind")
    player.does(Woke("old"))
    assert player.keys == ["welcome.home"]
    player.taps("跳过")
    assert player.stack == ()
    player = opened("bind")
    player.says("3栋")
    player.does(Commanded("back", "返回"))
    assert player.keys == ["welcome.home"]
    assert not player.wishes


def test_unknown_kinds_of_message_are_answered() -> None:
    """A sticker gets a sentence and the menu."""
    assert opened("unknown:sticker").keys == ["anytime.cannot_read", "menu.show"]
