"""Settings, logs and texts: faults told in sentences, secrets kept out, words of people shown as they are."""

from __future__ import annotations

import io
import json
import logging
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.book import read_book
from bot.logs import redact, set_up_logs
from bot.settings import BadSettings, is_sandbox, read_settings
from bot.texts import Texts, clean, without_markup

REAL = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"


def texts() -> Texts:
    return Texts(ZoneInfo("Asia/Shanghai"), read_book()[0].categories)


def test_every_fault_of_the_settings_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two bad settings give two sentences, each naming its variable."""
    monkeypatch.setenv("LINLI_PACE", "fast")
    monkeypatch.setenv("LINLI_WEB_PORT", "here")
    with pytest.raises(BadSettings) as caught:
        read_settings()
    assert len(caught.value.sentences) == 2
    assert all("LINLI_" in sentence for sentence in caught.value.sentences)


def test_a_sandbox_clock_needs_a_sandbox_token(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With a real token nobody can move the clock."""
    (tmp_path / "token").write_text(REAL)
    monkeypatch.setenv("LINLI_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("LINLI_CLOCK_URL", "http://127.0.0.1:1/sim/clock")
    with pytest.raises(BadSettings, match="sandbox"):
        read_settings()
    assert not is_sandbox(REAL)
    assert is_sandbox("990101:sandbox-demo")


def test_a_webhook_without_secret_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """An open webhook would let anybody speak for anybody."""
    monkeypatch.setenv("LINLI_WEBHOOK_URL", "https://example.org/webhook")
    with pytest.raises(BadSettings, match="SECRET"):
        read_settings()


def test_no_secret_reaches_the_log() -> None:
    """Tokens, phones and identity numbers are taken out at the root: from messages, arguments, traces and other libraries' loggers."""
    out = io.StringIO()
    before = logging.getLogger().handlers[:]
    set_up_logs("DEBUG", out)
    try:
        logging.getLogger("somebody.else").warning("GET /bot%s/getMe by 13812345678", REAL)
        try:
            raise RuntimeError(f"download of https://host/file/bot{REAL}/x failed")
        except RuntimeError:
            structlog.get_logger().exception("failed", text="我妈瘫在床上", phone="13812345678", note="110101199003070012")
    finally:
        logging.getLogger().handlers[:] = before
        structlog.reset_defaults()
    said = out.getvalue()
    assert said.count("\n") >= 2
    for secret in (REAL, REAL.split(":")[1], "13812345678", "瘫在床上", "110101199003070012"):
        assert secret not in said
    assert all(json.loads(line) for line in said.splitlines() if line.startswith("{"))


def test_redaction_keeps_the_rest() -> None:
    """Case numbers and dates are no secrets."""
    assert redact("SMY-261123-004 2026-11-23 09:00") == "SMY-261123-004 2026-11-23 09:00"


@given(st.text(max_size=300))
@settings(max_examples=300, deadline=None)
def test_whatever_people_write_is_shown_as_they_wrote_it(words: str) -> None:
    """Escaped once, un-escaped by the messenger: the same words come out, without what hides or reorders."""
    shown = without_markup(texts_once().render("service.plain", {"parts": [words]}, "zh"))
    assert shown.strip() == clean(words).strip()


_texts: list[Texts] = []


def texts_once() -> Texts:
    if not _texts:
        _texts.append(texts())
    return _texts[0]


@pytest.mark.parametrize("words", ["\u202enimdA", "a\u200bb", "x\x00y", "\ud83d"])
def test_what_hides_or_reorders_is_taken_out(words: str) -> None:
    """Bidi overrides, zero-width characters, NUL and lone surrogates don't reach a staff view."""
    assert not any(c in clean(words) for c in "\u202e\u200b\x00\ud83d")


def test_a_missing_text_is_not_silence() -> None:
    """A key without text says what it was given rather than nothing."""
    assert "42" in texts_once().render_or_fallback("no.such.key", {"number": "42"}, "zh")
