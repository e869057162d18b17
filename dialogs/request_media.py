"""Pictures, voice messages and shared positions inside a request: kept with the matter, whatever was being asked.

No speech recognition: a voice message is kept, the person is told so and asked for a few words; without them it goes to staff.
"""

from __future__ import annotations

from datetime import datetime

from dialogs.context import Context
from dialogs.kernel import Again, Move
from dialogs.request_matter import understood
from dialogs.request_next import go, onward
from dialogs.request_read import read
from dialogs.words import Json, MediaSent, PlaceSent, Say, Typing, say


def take_media(draft: Json, event: MediaSent, ctx: Context) -> Move:
    """Keep what was sent; its caption is read as words."""
    last = draft.get("media_at", "")
    fresh = not draft.get("media")
    draft = {**draft, "media": [*draft.get("media", []), event.ref], "media_at": ctx.now.isoformat()}
    if event.kind == "voice":
        draft = {**draft, "voice": max(1, event.seconds)}
    if event.words.strip():
        return understood(draft, event.words, ctx) if draft.get("at", "start") == "start" else onward(read(draft, event.words, ctx), ctx)
    if event.kind != "voice" and _same_album(last, ctx):
        return Again((Typing(),), draft, reask=False)
    if draft.get("category") or draft.get("suggest"):
        return onward(draft, ctx, _kept(draft, event))
    return go("start", {**draft, "other": False}, *(() if fresh or event.kind == "voice" else (_kept(draft, event),)))


def _kept(draft: Json, event: MediaSent) -> Say:
    if event.kind == "voice":
        return say("request.voice_kept", seconds=event.seconds)
    return say("request.photo_kept", photos=len(draft["media"]))


def _same_album(last: str, ctx: Context) -> bool:
    """Whether this picture follows another so closely that both were sent together."""
    return bool(last) and (ctx.now - datetime.fromisoformat(last)).total_seconds() < float(ctx.settings["request"]["album_seconds"])


def take_pin(draft: Json, event: PlaceSent, ctx: Context) -> Move:
    """A shared position is a place as good as words; a building said beside it stays."""
    spot = f"📍{event.latitude:.5f}, {event.longitude:.5f}"
    place = draft.get("place", {}) if not draft.get("default") else {}
    return onward({**draft, "place": {**place, "spot": spot}, "default": False}, ctx)
