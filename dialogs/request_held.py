"""Bundling: short fragments are held for a moment and answered once (domain.md 3.17-1).

Held is only free text of a few characters without an end mark while place or matter is missing. Whatever else comes is
answered at once, with the held words in front of it. The pause runs on world time, by the conversation's timer.
"""

from __future__ import annotations

from datetime import datetime

from dialogs.context import Context
from dialogs.kernel import Again
from dialogs.places import Part
from dialogs.request_read import missing_place, read, with_home
from dialogs.request_signs import STRIPPED, answer, is_only
from dialogs.understand import understand
from dialogs.words import Json, Typing, Wake

TIMER = "fragments"


def held_text(draft: Json, *more: str) -> str:
    """All held fragments and `more`, a line each."""
    return "\n".join([*draft.get("held", []), *more])


def released(draft: Json) -> Json:
    """`draft` with nothing held."""
    return {name: value for name, value in draft.items() if name not in ("held", "held_since")}


def hold(draft: Json, text: str, ctx: Context, expect: Part | None = None) -> Again | None:
    """Keep `text` and go on listening, or None when it must be answered now."""
    rules = ctx.settings["fragments"]
    bare = text.strip()
    if "\n" in bare or len(bare) > rules["characters"] or bare.endswith(tuple(rules["ends"])):
        return None
    if not draft.get("held") and _is_answer(bare, draft, ctx):
        return None
    if _is_whole(bare, ctx) or is_complete(released(read(draft, held_text(draft, bare), ctx, expect)), ctx):
        return None
    since = draft.get("held_since") or ctx.now.isoformat()
    waited = (ctx.now - datetime.fromisoformat(since)).total_seconds()
    pause = rules["seconds_elder"] if ctx.who.elder else rules["seconds"]
    left = min(float(pause), rules["most_seconds"] - waited)
    if left <= 0:
        return None
    kept = {**draft, "held": [*draft.get("held", []), bare], "held_since": since}
    return Again((Typing(), Wake(TIMER, left)), kept, reask=False)


def _is_answer(bare: str, draft: Json, ctx: Context) -> bool:
    """Whether `bare` answers the open question: then a pause would only make the person wait."""
    if draft.get("at", "start") == "start":
        return False
    return not bare.strip(STRIPPED) or answer(bare, ctx) is not None or is_only(bare, "thanks", ctx)


def _is_whole(bare: str, ctx: Context) -> bool:
    """Whether `bare` says by itself what it is and in which building or public place: "3栋灯不亮" is no fragment."""
    found = understand(bare, ctx.lexicon, ctx.places)
    return bool(found.categories) and found.place is not None and bool(found.place.building or found.place.spot)


def is_complete(draft: Json, ctx: Context) -> bool:
    """Whether place and matter are known, so that nothing more need be waited for."""
    if draft.get("staff"):
        return False
    draft = with_home(draft, ctx)
    known = bool(draft.get("category") or draft.get("suggest"))
    missing = missing_place(draft, ctx)
    return bool(draft.get("unknown")) or (known and missing in ("", "unknown"))
