"""The page of the local messenger in a real browser; the test plays the bot over HTTP."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import Open
from .driver import Sandbox, keys

pytestmark = pytest.mark.browser

WANG, LI, AMY = 700001, 700002, 700003
MC = -1001000000001


def wider_than_window(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def test_written_message_reaches_the_bot(visit: Open, sandbox: Sandbox) -> None:
    """What a persona writes stands in a bubble of its own and reaches the bot word for word."""
    sandbox.act("wang", "start")
    page = visit("as=wang&in=bot")
    page.locator("textarea").fill("三楼的灯不亮")
    page.keyboard.press("Enter")
    expect(page.locator(".row.out .text", has_text="三楼的灯不亮")).to_be_visible()
    expect(page.locator("textarea")).to_have_value("")
    while (heard := sandbox.hear("message"))["text"] == "/start":
        pass
    assert heard["text"] == "三楼的灯不亮"
    assert heard["from"]["id"] == WANG


def test_refused_message_stays_in_the_composer(visit: Open, sandbox: Sandbox) -> None:
    """A message that is too long is not lost: the reason is shown and the words are still there to be shortened."""
    sandbox.act("wang", "start")
    page = visit("as=wang&in=bot")
    page.locator("textarea").fill("长" * 4097)
    page.get_by_label("发送", exact=True).click()
    expect(page.locator(".toast.error")).to_contain_text("4096")
    expect(page.locator("textarea")).to_have_value("长" * 4097)


def test_tap_shows_toast_and_alert(visit: Open, sandbox: Sandbox) -> None:
    """A tap's answer appears as a passing toast, or as an alert that waits for OK."""
    sandbox.act("wang", "start")
    sandbox.bot("sendMessage", chat_id=WANG, text="对吗？", reply_markup=keys(["提交", "改一改"]))
    page = visit("as=wang&in=bot")
    for label, alert in (("提交", False), ("改一改", True)):
        page.locator(".key", has_text=label).last.click()
        query = sandbox.hear("callback_query")
        assert query["data"] == label
        sandbox.bot("answerCallbackQuery", callback_query_id=query["id"], text=f"听到：{label}", show_alert=alert)
        expect(page.locator(".alert" if alert else ".toast")).to_contain_text(f"听到：{label}")
    page.locator(".alert .primary").click()
    expect(page.locator(".alert")).to_have_count(0)


def test_topics_are_tabs(visit: Open, sandbox: Sandbox) -> None:
    """Each topic of a forum shows its own messages, "all" shows every one, and a closed topic wears a lock."""
    light = sandbox.bot("createForumTopic", chat_id=MC, name="楼道灯")["message_thread_id"]
    drain = sandbox.bot("createForumTopic", chat_id=MC, name="下水道")["message_thread_id"]
    sandbox.bot("sendMessage", chat_id=MC, message_thread_id=light, text="灯的卡片")
    sandbox.bot("sendMessage", chat_id=MC, message_thread_id=drain, text="水的卡片")
    page = visit("as=zhao&in=mc")
    expect(page.locator(".text", has_text="灯的卡片")).to_be_visible()
    expect(page.locator(".text", has_text="水的卡片")).to_be_visible()
    page.locator(f"[data-topic='{light}']").click()
    expect(page.locator(".text", has_text="水的卡片")).to_have_count(0)
    expect(page.locator(".head h2")).to_have_text("楼道灯")
    page.locator("textarea").fill("我来跟")
    page.keyboard.press("Enter")
    expect(page.locator(".row.out .text", has_text="我来跟")).to_be_visible()
    assert sandbox.hear("message")["message_thread_id"] == light
    sandbox.bot("closeForumTopic", chat_id=MC, message_thread_id=drain)
    expect(page.locator(f"[data-topic='{drain}'] .icon-lock")).to_be_visible()


def test_edits_and_deletions_show(visit: Open, sandbox: Sandbox) -> None:
    """An edited message changes in place and is marked, its removed keyboard goes, and a deleted one vanishes."""
    sandbox.act("wang", "start")
    sent = sandbox.bot("sendMessage", chat_id=WANG, text="草稿一", reply_markup=keys(["好"]))["message_id"]
    page = visit("as=wang&in=bot")
    bubble = page.locator(f"[data-message='{sent}']")
    expect(bubble.locator(".key")).to_have_text("好")
    sandbox.bot("editMessageText", chat_id=WANG, message_id=sent, text="定稿")
    expect(bubble.locator(".text")).to_have_text("定稿")
    expect(bubble.locator(".meta")).to_contain_text("已编辑")
    expect(bubble.locator(".key")).to_have_count(0)
    sandbox.bot("deleteMessage", chat_id=WANG, message_id=sent)
    expect(bubble).to_have_count(0)


def test_text_is_never_markup(visit: Open, sandbox: Sandbox) -> None:
    """Markup that people write, or carry as their name, is shown letter by letter and nothing in it runs."""
    evil = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>&amp;"
    sandbox.ask("/sim/personas", {"id": "mallory", "name": "<b>M</b>"})
    sandbox.act("mallory", "send", text=evil)
    sandbox.act("mallory", "join", chat="bg-2")
    sandbox.act("mallory", "send", chat="bg-2", text=evil)
    page = visit("as=mallory,wang&in=bot,bg-2")
    mine, theirs = page.locator("[data-persona='mallory']"), page.locator("[data-persona='wang']")
    expect(mine.locator(".bubble .text").last).to_have_text(evil)
    expect(theirs.locator(".bubble .text").last).to_have_text(evil)
    expect(theirs.locator(".sender").last).to_have_text("<b>M</b>")
    assert page.locator(".bubble img, .bubble script").count() == 0
    assert page.title() != "owned"


def test_entities_and_links(visit: Open, sandbox: Sandbox) -> None:
    """Formatting follows Telegram's UTF-16 offsets behind an emoji, a spoiler opens on a press, and a deep link starts the bot."""
    sandbox.act("li", "start")
    sandbox.bot(
        "sendMessage", chat_id=LI, parse_mode="HTML",
        text='🆘<b>粗<i>斜</i></b> <tg-spoiler>密语</tg-spoiler> <a href="https://t.me/sanmeiyuan_bot?start=c_7">再开始</a>',
    )  # fmt: skip
    page = visit("as=li&in=bot")
    text = page.locator(".bubble .text").last
    expect(text.locator("strong")).to_have_text("粗斜")
    expect(text.locator("strong em")).to_have_text("斜")
    text.locator(".spoiler").click()
    expect(text.locator(".spoiler.shown")).to_have_text("密语")
    text.locator("a").click()
    expect(page.locator(".row.out .text", has_text="/start c_7")).to_be_visible()
    assert len(page.context.pages) == 1


def test_fast_forward_changes_the_clock(visit: Open, sandbox: Sandbox) -> None:
    """The button "+1 day" takes the world one day further, and the bar shows it."""
    sandbox.confirm_all()
    before = sandbox.ask("/sim/world")["clock"]["now"][:10]
    page = visit("as=wang")
    page.get_by_role("button", name="+1 天").click()
    expect(page.locator(".toast")).to_contain_text("时间到了")
    after = sandbox.ask("/sim/world")["clock"]["now"][:10]
    assert after > before
    expect(page.locator(".clock .now")).to_contain_text(f"{int(after[8:])}日")


def test_phone_width(visit: Open, sandbox: Sandbox) -> None:
    """On a phone the list leads to a chat and the back button to the list, and nothing is wider than the screen."""
    sandbox.act("amy", "start")
    sandbox.bot("sendMessage", chat_id=AMY, text="https://example.org/" + "a" * 200, reply_markup=keys(["好" * 20, "不" * 20]))
    sandbox.bot("sendPhoto", chat_id=AMY, photo=_photo(sandbox), caption="楼道")
    page = visit("as=amy,zhao", width=390, height=844)
    assert page.locator(".column").count() == 1
    assert not wider_than_window(page)
    page.locator("[data-chat='bot']").click()
    expect(page.locator(".bubble.with-photo img")).to_be_visible()
    assert not wider_than_window(page)
    overflowing = "[...document.querySelectorAll('.bubble, .key')].filter(e => e.getBoundingClientRect().right > innerWidth).length"
    assert page.evaluate(overflowing) == 0
    page.get_by_label("放大图片").click()
    expect(page.locator("dialog.lightbox img")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    page.go_back()
    expect(page.locator(".chatlist")).to_be_visible()
    page.get_by_title("接口调用").click()
    expect(page.locator(".calls")).to_be_visible()
    assert not wider_than_window(page)


def test_calls_pane_shows_errors(visit: Open, sandbox: Sandbox) -> None:
    """A refused call is red in the pane with its reason, and a method that isn't modelled raises a banner."""
    page = visit("as=zhao")
    page.get_by_title("接口调用").click()
    with pytest.raises(RuntimeError, match="chat not found"):
        sandbox.bot("sendMessage", chat_id=1, text="nobody")
    expect(page.locator(".call.bad").first).to_contain_text("chat not found")
    with pytest.raises(RuntimeError, match="method not found"):
        sandbox.bot("sendSticker", chat_id=WANG)
    expect(page.locator(".banner")).to_contain_text("sendSticker")


def test_long_chat_is_drawn_in_part(visit: Open, sandbox: Sandbox) -> None:
    """Of a thousand messages the last 200 are drawn; "earlier" draws 200 more."""
    sandbox.act("zhang", "start")
    for number in range(1000):
        sandbox.bot("sendMessage", chat_id=700004, text=f"第 {number} 条")
    page = visit("as=zhang&in=bot")
    expect(page.locator(".text", has_text="第 999 条")).to_be_visible()
    assert page.locator("[data-message]").count() == 200
    page.get_by_role("button", name="更早的消息").click()
    expect(page.locator("[data-message]")).to_have_count(400)


def test_new_person_and_language(visit: Open, sandbox: Sandbox) -> None:
    """Somebody new can be made on the page and begins with Start; the page's own labels change language."""
    page = visit("as=wang")
    page.locator(".person").click()
    page.get_by_role("menuitem", name="新来一个人…").click()
    page.get_by_label("名字").fill("小明")
    page.get_by_label("代号").fill("ming")
    page.get_by_role("button", name="加入").click()
    page.locator("[data-persona='ming'] [data-chat='bot']").click()
    page.get_by_role("button", name="EN").click()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator(".row.out .text")).to_have_text("/start")


def test_play_performs_itself(visit: Open, sandbox: Sandbox) -> None:
    """A press on "try this" opens the persona's chat, performs the first step and shows how far it is; a second press stops it."""
    page = visit("as=zhao")
    page.locator(".scene").first.click()
    expect(page.locator("[data-persona='wang'] .row.out .photo img").last).to_be_visible()
    expect(page.locator(".scene.running small")).to_have_text(re.compile(r"^\d/\d$"))
    page.locator(".scene.running").click()
    expect(page.locator(".scene.running")).to_have_count(0)


def _photo(sandbox: Sandbox) -> str:
    """The file id of a picture that a persona sent."""
    sent = sandbox.act("wang", "send", photo="sample")["message_id"]
    while (message := sandbox.hear("message"))["message_id"] != sent:
        pass
    file_id: str = message["photo"][-1]["file_id"]
    return file_id
