"""Pictures of notices: a report that is a picture and a table with the same figures, and a sheet of A4 with a code."""

from __future__ import annotations

import io

from PIL import Image
from pypdf import PdfReader

from bot.notice_drawing import _wrapped, poster, report_picture, report_table

WORDS = {name: name for name in ("building", "target", "delivered", "confirmed", "offline", "unconfirmed", "failed", "all")}


def row(building: str, target: int, confirmed: int, offline: int, failed: int) -> dict[str, object]:
    unconfirmed = target - confirmed - offline - failed
    return {
        "building": building, "target": target, "delivered": target - failed, "confirmed": confirmed, "offline": offline,
        "unconfirmed": unconfirmed, "failed": failed,
    }  # fmt: skip


FIGURES = {"buildings": [row("3", 72, 63, 7, 2), row("5", 76, 76, 0, 0)], "homes": row("", 148, 139, 7, 2)}


def test_the_table_adds_up_and_opens_in_a_spreadsheet() -> None:
    """UTF-8 with its mark, a line a building and one for all."""
    lines = report_table(FIGURES, WORDS).decode("utf-8-sig").splitlines()
    assert lines[0] == "building,target,delivered,confirmed,offline,unconfirmed,failed"
    assert lines[1:] == ["3,72,70,63,7,0,2", "5,76,76,76,0,0,0", "all,148,146,139,7,0,2"]


def test_the_picture_is_a_png_that_grows_with_the_buildings() -> None:
    """Twelve buildings are higher than two."""
    small = Image.open(io.BytesIO(report_picture(FIGURES, WORDS, "停水 N-1")))
    many = {**FIGURES, "buildings": [row(str(n), 72, 60, 5, 2) for n in range(12)]}
    large = Image.open(io.BytesIO(report_picture(many, WORDS, "💧 Water N-1")))
    assert small.format == "PNG"
    assert large.height > small.height


def test_the_sheet_is_one_page_of_a4() -> None:
    """PNG and PDF of the same sheet."""
    picture, pages = poster("💧停水通知", "3栋的居民：\n11月25日停水。\n" + "请储水。" * 40, "N-1", "scan", "https://t.me/b?start=nq_x")
    assert Image.open(io.BytesIO(picture)).format == "PNG"
    (page,) = PdfReader(io.BytesIO(pages)).pages
    assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (595, 841)


def test_numbers_are_never_cut_at_the_end_of_a_line() -> None:
    """A phone number stays whole, whatever stands before it."""
    for length in range(5, 30):
        assert any("0999-96766" in part for part in _wrapped("水" * length + "0999-96766。"))
