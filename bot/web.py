"""The process's own small web face on aiohttp: health, readiness (with what is due), metrics, and the webhook."""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING, Any

import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clock import machine
from models.claims import INBOX, OUTBOX, next_due
from models.journal import LEASED, NEW, QUEUED
from scheduler.announcements import next_notice
from scheduler.conversations import next_wake

if TYPE_CHECKING:
    from bot.app import App

log = structlog.get_logger()

MAX_UPDATE_BYTES = 1 << 20
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Web:
    """Listens on the loopback unless told otherwise."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.port = app.settings.web_port
        self.clock_version = 0
        self._runner: web.AppRunner | None = None
        self._registry = CollectorRegistry()
        self._waiting = Gauge("linli_waiting", "rows waiting", ["journal"], registry=self._registry)

    async def start(self) -> None:
        site = web.Application(client_max_size=MAX_UPDATE_BYTES)
        site.add_routes([web.get("/healthz", self._health), web.get("/readyz", self._ready), web.get("/metrics", self._metrics)])
        if self.app.settings.webhook_url:
            site.add_routes([web.post("/webhook", self._webhook)])
        self._runner = web.AppRunner(site, access_log=None)
        await self._runner.setup()
        listener = web.TCPSite(self._runner, self.app.settings.web_host, self.app.settings.web_port)
        await listener.start()
        self.port = listener._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        self.clock_version = self.app.clock.version

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def state(self) -> dict[str, Any]:
        """What is due now, and when the next thing will be: `settle` and fast-forward of the sandbox read it."""
        app = self.app
        now, moment = app.clock.now(), machine()

        def look(session: Session) -> dict[str, Any]:
            world = app.make_world(session, now, "ready")
            inbox = session.scalar(select(func.count()).select_from(INBOX).where(INBOX.c.state == NEW))
            sending = OUTBOX.c.state.in_((QUEUED, LEASED)), OUTBOX.c.due_at <= now, OUTBOX.c.account == app.account
            outbox = session.scalar(select(func.count()).select_from(OUTBOX).where(*sending))
            moments = [at for at in (next_wake(world), next_notice(world), next_due(session, app.account, now)) if at is not None]
            overdue = [at for at in moments if at <= now]
            return {
                "inbox": (inbox or 0) + len(overdue),
                "outbox": outbox or 0,
                "next_wake": min(moments).astimezone(app.words.zone).isoformat() if moments else None,
            }

        told = await app.database.run(look)
        told["outbox"] += app.outbox.busy
        return {
            "ready": app.intake.online.is_set() or bool(app.settings.webhook_url),
            **told,
            "clock_version": self.clock_version,
            "machine": moment,
        }

    async def _ready(self, _request: web.Request) -> web.Response:
        told = await self.state()
        return web.json_response(told, status=200 if told["ready"] else 503)

    async def _metrics(self, _request: web.Request) -> web.Response:
        told = await self.state()
        for journal in ("inbox", "outbox"):
            self._waiting.labels(journal).set(told[journal])
        return web.Response(body=generate_latest(self._registry), content_type="text/plain")

    async def _webhook(self, request: web.Request) -> web.Response:
        """Secret, size, JSON, stored; only then 200. A fault of ours is 503, so that the messenger keeps the update."""
        given = request.headers.getall(SECRET_HEADER, [])
        if len(given) != 1 or not hmac.compare_digest(given[0].encode(), self.app.webhook_secret.encode()):
            return web.Response(status=401)
        try:
            raw = json.loads(await request.read())
        except (ValueError, RecursionError):
            log.warning("bad_update")
            return web.Response(status=200)
        if not isinstance(raw, dict):
            return web.Response(status=200)
        try:
            await self.app.intake.store([raw])
        except Exception as error:
            log.error("intake_failed", kind=type(error).__name__)
            return web.Response(status=503, headers={"Retry-After": "10"})
        return web.Response(status=200)
