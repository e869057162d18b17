"""Transport: tokens, methods, the ways to send parameters, and the shape of every answer."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import CheckedSandbox
from tests.sandbox_process import Sandbox, SandboxProcess


async def _raw(demo: CheckedSandbox, path: str) -> tuple[int, dict[str, object]]:
    async with demo.session.get(demo.url + path) as answer:
        return answer.status, await answer.json()


async def test_method_names_ignore_case_and_any_http_method_works(demo: CheckedSandbox) -> None:
    """GET /getme answers as POST /getMe."""
    status, body = await _raw(demo, f"/bot{demo.token}/GETME")
    assert (status, body["ok"]) == (200, True)


async def test_an_unknown_method_is_404_and_flagged(demo: CheckedSandbox) -> None:
    """It answers as an old server would, and the list of calls says that it isn't modelled."""
    assert await demo.refusal("sendSticker", chat_id=1) == "404 Not Found: method not found"
    assert [(call["method"], call["modelled"]) for call in await demo.calls()] == [("sendSticker", False)]


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("no-colon", "Unauthorized: invalid token specified"),
        ("0123:sandbox", "Unauthorized: invalid token specified"),
        ("1:" + "sandbox" + "x" * 80, "Unauthorized: invalid token specified"),
        ("123456:short", "Unauthorized"),
        ("abc:sandbox", "Unauthorized"),
    ],
)
async def test_other_tokens_are_unauthorized(demo: CheckedSandbox, token: str, words: str) -> None:
    """Only a token whose secret begins with `sandbox` opens the door."""
    assert await _raw(demo, f"/bot{token}/getMe") == (401, {"ok": False, "error_code": 401, "description": words})


async def test_a_token_that_looks_real_is_refused_loudly_and_never_printed() -> None:
    """stderr says what happened without repeating the secret, nor does the list of calls."""
    process = SandboxProcess("--empty")
    secret = "AAF" + "k3" * 16
    async with Sandbox(process.url, f"12345678:{secret}") as sandbox:
        status, _ = await sandbox.call("getMe")
        calls = str(await sandbox.calls())
    _, errors = process.stop()
    assert status == 401
    assert "REFUSED" in errors
    assert secret not in errors + calls


async def test_the_first_token_names_the_bot(fresh: CheckedSandbox) -> None:
    """The number before the colon is the bot's id; a later number speaks for the same bot."""
    async with Sandbox(fresh.url, "4242:sandbox-one") as first, Sandbox(fresh.url, "4343:sandbox-two") as second:
        assert (await first.api("getMe"))["id"] == 4242
        assert (await second.api("getMe"))["id"] == 4242


async def test_parameters_come_by_query_form_multipart_or_json(demo: CheckedSandbox) -> None:
    """The same message arrives four times."""
    persona, chat = await demo.newcomer()
    address = f"{demo.url}/bot{demo.token}/sendMessage"
    await demo.session.get(address, params={"chat_id": str(chat), "text": "你好 a+b&c"})
    await demo.session.post(address, data={"chat_id": str(chat), "text": "你好 a+b&c"})
    await demo.session.post(address, json={"chat_id": chat, "text": "你好 a+b&c"})
    await demo.call("sendMessage", {"unused": ("x.txt", b"x")}, chat_id=chat, text="你好 a+b&c")
    assert [one["text"] for one in await demo.messages(persona) if one["is_bot"]] == ["你好 a+b&c"] * 4


async def test_a_body_that_is_no_json_is_refused(demo: CheckedSandbox) -> None:
    """It is a bad request, not a crash."""
    for body in (b"{", b"[1]", b'"x"', b"\xff\xfe"):
        async with demo.session.post(
            f"{demo.url}/bot{demo.token}/sendMessage", data=body, headers={"Content-Type": "application/json"}
        ) as answer:
            assert answer.status == 400


async def test_paths_outside_answer_404(demo: CheckedSandbox) -> None:
    """The persona API names what is wrong; anything else is just not there."""
    async with demo.session.get(demo.url + "/nothing") as answer:
        assert answer.status == 404
    async with demo.session.get(demo.url + "/sim/nothing") as answer:
        assert answer.status == 404
        assert "error" in await answer.json()


async def test_pages_of_other_sites_may_not_steer_the_sandbox(demo: CheckedSandbox) -> None:
    """A foreign Origin, or a foreign name that points here, is refused."""
    for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
        async with demo.session.post(demo.url + "/sim/as/wang/send", json={"text": "x"}, headers=headers) as answer:
            assert answer.status == 403


async def test_calls_show_parameters_files_and_answers_but_no_token(demo: CheckedSandbox) -> None:
    """What was asked and answered can be read back, JSON parameters decoded, and `since` continues."""
    _, chat = await demo.newcomer()
    since = (await demo.calls())[-1]["seq"]
    markup = {"inline_keyboard": [[{"text": "好的", "callback_data": "ok"}]]}
    await demo.api("sendDocument", {"document": ("账单.txt", b"12")}, chat_id=chat, reply_markup=markup)
    (call,) = await demo.calls(since=since)
    assert (call["seq"], call["method"], call["status"]) == (since + 1, "sendDocument", 200)
    assert call["params"] == {"chat_id": str(chat), "reply_markup": markup}
    assert call["files"] == [{"field": "document", "name": "账单.txt", "mime": "text/plain", "size": 2}]
    assert call["response"]["ok"] is True
    assert demo.token not in str(call)
    assert await demo.calls("getMe", since=since) == []
