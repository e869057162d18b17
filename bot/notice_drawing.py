"""Pictures of notices: the report as bars by building, and the A4 sheet with a code for the lobby board. Pure: figures in, bytes out.

Chinese needs a font that has it (fonts-noto-cjk); where none is installed the English texts are drawn instead.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import segno
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from PIL import Image

Json = dict[str, Any]
A4_INCHES = (8.27, 11.69)
DOTS = 150
SHEET_WIDTH = 42
"""Half-width characters on a line of the sheet."""
WIDE = 0x2E80
WANTED = ("Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Serif CJK SC", "Noto Serif CJK JP", "WenQuanYi Zen Hei", "SimHei", "PingFang SC")
COLOURS = {"confirmed": "#2e7d32", "offline": "#80b183", "unconfirmed": "#f2c14e", "failed": "#c0392b"}
PICTURES = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d]")
"""Small pictures in titles, for which ordinary fonts have no shapes."""
COLUMNS = ("target", "delivered", "confirmed", "offline", "unconfirmed", "failed")


@cache
def chinese_font() -> str:
    """The name of an installed font with Chinese, "" where there is none."""
    known = {entry.name for entry in fontManager.ttflist}
    return next((name for name in WANTED if name in known), "")


def _font(size: float, bold: bool = False) -> FontProperties:
    return FontProperties(
        family=[*([chinese_font()] if chinese_font() else []), "DejaVu Sans"], size=size, weight="bold" if bold else "normal"
    )


def _plain(text: str) -> str:
    return PICTURES.sub("", text).strip()


def _wrapped(line: str) -> list[str]:
    """`line` in parts that fit the sheet; a Chinese character is as wide as two others, and numbers and words stay whole."""
    parts, width = [""], 0
    for word in re.findall(r"[!-~]+|.", line):
        size = sum(2 if ord(one) > WIDE else 1 for one in word)
        if width + size > SHEET_WIDTH and parts[-1]:
            parts.append("")
            width = 0
        parts[-1] += word
        width += size
    return parts


def report_table(figures: Json, words: Mapping[str, str]) -> bytes:
    """The rows of a report as CSV with a heading, for spreadsheets (with the mark that tells them it is UTF-8)."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n")
    write.writerow([words["building"], *(words[name] for name in COLUMNS)])
    for row in figures["buildings"]:
        write.writerow([row["building"], *(row[name] for name in COLUMNS)])
    write.writerow([words["all"], *(figures["homes"][name] for name in COLUMNS)])
    return out.getvalue().encode("utf-8-sig")


def report_picture(figures: Json, words: Mapping[str, str], title: str) -> bytes:
    """A bar for each building, its homes by what is known of them, as PNG."""
    rows: Sequence[Json] = figures["buildings"]
    figure = Figure(figsize=(8, 1.6 + 0.5 * max(3, len(rows))), dpi=DOTS, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    left = [0] * len(rows)
    names = [f"{words['building']} {row['building']}" for row in rows]
    for part, colour in COLOURS.items():
        values = [row[part] for row in rows]
        bars = axes.barh(names, values, left=left, color=colour, label=f"{words[part]} {figures['homes'][part]}")
        labels = [str(value) if value else "" for value in values]
        axes.bar_label(bars, labels=labels, label_type="center", fontproperties=_font(9))
        left = [was + value for was, value in zip(left, values, strict=True)]
    axes.invert_yaxis()
    axes.set_xlabel(f"{words['target']} {figures['homes']['target']}", fontproperties=_font(10))
    axes.set_title(_plain(title), fontproperties=_font(13, bold=True))
    for label in axes.get_yticklabels():
        label.set_fontproperties(_font(10))
    axes.legend(prop=_font(9), loc="upper center", bbox_to_anchor=(0.5, -0.25), ncols=len(COLOURS), frameon=False)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return _png(figure)


def poster(title: str, body: str, number: str, scan: str, link: str) -> tuple[bytes, bytes]:
    """A sheet of A4 with a QR code of `link` → (PNG, PDF)."""
    figure = Figure(figsize=A4_INCHES, dpi=DOTS)
    FigureCanvasAgg(figure)
    figure.text(0.5, 0.93, _plain(title), fontproperties=_font(40, bold=True), ha="center", va="top", wrap=True)
    lines = [part for line in _plain(body).splitlines() for part in _wrapped(line)]
    # A longer text gets a smaller type: nothing may be cut off.
    size = min(22.0, 480.0 / max(len(lines), 12))
    figure.text(0.08, 0.82, "\n".join(lines), fontproperties=_font(size), ha="left", va="top", linespacing=1.7)
    code = io.BytesIO()
    segno.make(link, error="m").save(code, kind="png", scale=12, border=2)
    code.seek(0)
    with Image.open(code) as image:
        axes = figure.add_axes((0.36, 0.07, 0.28, 0.2))
        axes.imshow(image.convert("L"), cmap="gray", interpolation="nearest")
        axes.set_axis_off()
    figure.text(0.5, 0.055, scan, fontproperties=_font(14), ha="center", va="top")
    figure.text(0.92, 0.02, number, fontproperties=_font(9), ha="right", va="bottom", color="#666666")
    picture = _png(figure)
    pages = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as image:
        image.convert("RGB").save(pages, "PDF", resolution=float(DOTS))
    return picture, pages.getvalue()


def _png(figure: Figure) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=DOTS)
    return out.getvalue()
