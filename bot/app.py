"""The composition root: builds the parts of the running process, starts them in order, stops them in the other order."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime
from typing import IO, Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.book import Words, read_limits, read_words
from bot.channels.telegram.api import Api, ApiError, FateUnknown, NotWritten
from bot.channels.telegram.channel import Telegram
from bot.clock import Clock, SandboxClock, SystemClock
from bot.database import Database, hold_data_folder
from bot.errors import NotReady, TokenRevoked, Unreachable
from bot.fates import recover_own
from bot.ids import new_id
from bot.intake import Intake
from bot.media import MediaFetcher
from bot.notice_papers import Papers
from bot.outbox import Outbox
from bot.settings import BadSettings, Settings
from bot.uploads import Uploads
from bot.web import Web
from bot.worker import Turn, Worker
from handlers.world import World
from models.base import make_engine
from models.community import Chat, Community, numbers_of
from models.migrate import upgrade
from models.person import Address
from models.seal import KeyRing, load_master_key
from scheduler import Job
from scheduler.occurrences import latest_wall, win
from scheduler.ticking import Ticking

log = structlog.get_logger()

SHUTDOWN_SECONDS = 20.0
PAUSE_SECONDS = 2.0
"""Before the messenger is asked again at the start, when it was not told otherwise."""
UNNAMED_ACCOUNT = "tg"


def only_community(session: Session) -> Community:
    """The community this process serves. Raises NotReady when there is none, or none that could help in danger."""
    found = session.scalars(select(Community)).first()
    if found is None:
        raise NotReady("No community is known yet: run `linli import community FILE.toml` first")
    if not numbers_of(session, found.id):
        raise NotReady("The community has no emergency numbers: without them nobody in danger could be helped")
    return found


def adopt(session: Session, account: str) -> None:
    """People and groups that were imported before there was a token belong to this account from now on."""
    for table in (Address, Chat):
        session.execute(update(table).where(table.account == UNNAMED_ACCOUNT).values(account=account))


class App:
    """One bot account, one community, one process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.lock: IO[str] | None = hold_data_folder(settings.data) if settings.is_embedded else None
        engine = make_engine(settings.url)
        upgrade(engine)
        self.ring = KeyRing(load_master_key(settings.data / "keys"))
        self.database = Database(engine)
        self.clock: Clock = SandboxClock(settings.clock_url) if settings.clock_url else SystemClock()
        token = settings.token()
        self.account = f"tg{token.partition(':')[0]}"
        with Session(engine, expire_on_commit=False) as session, session.begin():
            self.community = only_community(session)
            self.words: Words = read_words(self.community, session)
            adopt(session, self.account)
        self.api = Api(settings.api_base, token)
        self.channel = Telegram(self.api, self.account, aliases=tuple(self.words.book.settings.get("bot_aliases", ())))
        self.limits = read_limits(settings.pace)
        self.me = f"{settings.replica}"
        self.outbox = Outbox(self.channel, self.database, self.clock, self.make_world, self.words.texts, self.limits, self.me)
        refused = self.words.texts.render("service.media_refused", {}, self.community.language)
        self.media = MediaFetcher(self.api, self.database, self.make_world, self.clock, settings.data / "media", refused)
        self.channel.gallery = self.media
        self.uploads = Uploads(self.media, self.database, self.make_world, self.clock, self.outbox.wake)
        self.papers = Papers(self.database, self.make_world, self.clock, settings.data / "media", self.words.texts, self.outbox.wake)
        sender = self.outbox if settings.is_embedded else None
        self.worker = Worker(self.channel, self.database, self.clock, self.make_world, self.after_turn, sender)
        self.intake = Intake(self.channel, self.database, self.clock, self.make_world, self.worker.wake)
        self.ticking = Ticking(self.fire)
        self.webhook_secret = settings.webhook_secret()
        self.web = Web(self)
        self._fired: dict[str, str] = {}

    def make_world(self, session: Session, now: datetime, cause: str) -> World:
        """What a handler is handed."""
        return World(session, now, new_id, self.ring, self.account, self.community.id, self.words.book, cause)

    def after_turn(self, turn: Turn) -> None:
        """A turn has been committed: send what it claimed, answer taps, fetch what it referenced."""
        self.outbox.dispatch(turn.claimed)
        # With one writer the turn has looked already: again only when something waits for its permit.
        look = not turn.claimed and (self.worker.sender is None or self.outbox.look_at is not None)
        self.outbox.after_turn([act for act in turn.ephemeral if act["do"] != "fetch"], look=look)
        if any(act["do"] == "fetch" for act in turn.ephemeral):
            self.media.wake()

    async def fire(self, job: Job) -> None:
        """The alarm clock rang for `job`: do it, unless another replica does."""
        now = self.clock.now()

        def work(session: Session) -> int:
            world = self.make_world(session, now, f"job:{job.name}:{now.isoformat()}")
            if job.daily is None:
                return job.act(world)
            wall = latest_wall(now, job.daily, self.words.zone)
            if self._fired.get(job.name) == wall:
                return 0
            self._fired[job.name] = wall
            return job.act(world) if win(world, job.name, wall) else 0

        # Not behind the turns: under a backlog a timer that always waits for them would never fire.
        if await self.database.run(work):
            self.worker.wake()
            self.outbox.wake()

    async def _hello(self) -> None:
        """Ask the messenger who we are. Raises Unreachable, BadSettings."""
        try:
            me = await self.api.call("getMe")
        except ApiError as error:
            if error.code == 401:
                raise BadSettings(["The messenger does not accept the bot's token: it is wrong or was revoked"]) from None
            raise Unreachable(f"The messenger answered {error.code}") from None
        except (NotWritten, FateUnknown) as error:
            raise Unreachable(f"The messenger at {self.settings.api_base} can't be reached ({error})") from None
        self.channel.username = me.get("username", "")
        self.words.settings["bot_username"] = self.channel.username

    async def serve(self, stop: asyncio.Event, started: Callable[[App], None] | None = None) -> None:
        """Run until `stop` is set. Raises Unreachable, BadSettings, TokenRevoked."""
        if isinstance(self.clock, SandboxClock):
            await self._first_clock(self.clock)
        await self._hello()
        await self.database.run(lambda session: recover_own(self.make_world(session, self.clock.now(), "start"), self.me))
        await self.web.start()
        await self._say_commands()
        serving = [asyncio.create_task(part) for part in (
            self.clock.follow(), self._follow_clock(), self.outbox.serve(), self.worker.serve(), self.media.serve(), self.uploads.serve(),
            self.papers.serve(),
            self._listen(),
        )]  # fmt: skip
        self.ticking.start()
        log.info("serving", account=self.account, port=self.web.port, database="sqlite" if self.settings.is_embedded else "postgresql")
        if started is not None:
            started(self)
        waiting = asyncio.create_task(stop.wait())
        done, _ = await asyncio.wait({waiting, *serving}, return_when=asyncio.FIRST_COMPLETED)
        await self._stop([*serving, waiting])
        for task in done - {waiting}:
            error = task.exception()
            raise error if error is not None else TokenRevoked("The token was revoked while the bot was running")

    async def _listen(self) -> None:
        """Take updates: by webhook when one is set, else by polling."""
        if not self.settings.webhook_url:
            # Polling is refused while the webhook of a former run is set.
            await self._insist("deleteWebhook")
            await self.intake.poll()
        url, secret = self.settings.webhook_url, self.webhook_secret
        await self._insist("setWebhook", url=url, secret_token=secret, allowed_updates=list(self.channel.update_kinds))
        await asyncio.Event().wait()

    async def _insist(self, method: str, **params: Any) -> None:
        """Call until the messenger agrees: two replicas that start at once are told to wait. Raises BadSettings, TokenRevoked."""
        while True:
            try:
                await self.api.call(method, **params)
                return
            except ApiError as error:
                if error.code == 401:
                    raise TokenRevoked from None
                if error.code == 404:
                    return  # A server without webhooks has none in the way.
                if error.code < 429:
                    raise BadSettings([f"The messenger refuses {method}: {error.description}"]) from None
                wait = float(error.parameters.get("retry_after", PAUSE_SECONDS))
            except (NotWritten, FateUnknown):
                wait = PAUSE_SECONDS
            await asyncio.sleep(wait)

    async def _first_clock(self, clock: SandboxClock) -> None:
        import aiohttp

        try:
            async with aiohttp.ClientSession() as session:
                await clock.read(session)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(f"The sandbox's clock can't be read ({type(error).__name__})") from None

    async def _follow_clock(self) -> None:
        """World time was moved by hand: whatever became due must not wait for the next tick."""
        from scheduler import JOBS

        while True:
            await self.clock.moved()
            for job in JOBS:
                await self.fire(job)
            self.web.clock_version = self.clock.version
            self.outbox.wake()
            self.worker.wake()

    async def _say_commands(self) -> None:
        for language in ("zh", "en"):
            listed = [
                {"command": name, "description": self.words.texts.render(f"menu.command.{name}", {}, language)}
                for name in self.words.book.settings.get("commands", ())
            ]
            try:
                if listed:
                    code = None if language == "zh" else language
                    await self.api.call("setMyCommands", commands=listed, language_code=code)
            except (ApiError, NotWritten, FateUnknown) as error:
                log.warning("commands_not_set", kind=type(error).__name__)

    async def _stop(self, tasks: list[asyncio.Task[Any]]) -> None:
        """Stop taking, finish what is being sent, put the rest back, close (reliability.md 3.5)."""
        self.ticking.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(Exception):
            await self.outbox.drain(SHUTDOWN_SECONDS)
        await self.web.stop()
        await self.channel.close()
        await self.database.close()
        if self.lock is not None:
            self.lock.close()
        log.info("stopped")
