"""One Chromium and one sandbox for the module, a fresh window per test; each window also watches where it asks."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from .driver import Sandbox

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 8000

Open = Callable[..., Page]


# Not for the whole session: Playwright's loop counts as running as long as it is open, and asyncio tests would refuse to start.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(f"no Chromium found (looked for {', '.join(NAMES)}); install the system's chromium to run the browser tests")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def sandbox(chromium: Browser) -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def visit(chromium: Browser, sandbox: Sandbox) -> Iterator[Open]:
    """Opens the page at an address like "as=wang&in=bot". Whatever a test does there: no other host is asked, no script fails."""
    contexts: list[BrowserContext] = []
    asked: list[str] = []
    failures: list[str] = []

    def open_page(where: str, width: int = 1280, height: int = 800, language: str = "zh-CN") -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale=language)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.goto(f"{sandbox.url}/#{where}")
        page.wait_for_selector(".column")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(sandbox.url).netloc}
    assert failures == []
