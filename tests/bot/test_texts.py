"""Places in words, in both languages."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from bot.texts import Texts
from tests.models.stage import book


@pytest.mark.parametrize(
    ("place", "zh", "en"),
    [
        ({"building": "2", "unit": "1", "room": "301"}, "2栋1单元301室", "building 2, unit 1, room 301"),
        ({"building": "2", "room": "301A"}, "2栋301A室", "building 2, room 301A"),
        ({"building": "2", "floor": "2", "room": "左手边"}, "2栋2楼左手边", "building 2, floor 2, 左手边"),
        ({"building": None, "spot": "东门"}, "东门", "东门"),
        ({}, "", ""),
    ],
)
def test_only_a_number_is_a_room(place: dict[str, str | None], zh: str, en: str) -> None:
    """A side of the stairs is told as it was said."""
    texts = Texts(ZoneInfo("Asia/Shanghai"), book().categories)
    assert (str(texts.render_place(place, "zh")), str(texts.render_place(place, "en")).lower()) == (zh, en.lower())
