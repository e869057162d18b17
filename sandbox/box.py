"""Everything the server holds, on one page; handlers get it handed in."""

from __future__ import annotations

import asyncio
import random
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.events import Bus
from sandbox.faults import Faults
from sandbox.feed import Feed
from sandbox.flood import Flood, Limits
from sandbox.model import Message, User
from sandbox.updates import Queue
from sandbox.views import view_message
from sandbox.webhook import Webhook
from sandbox.world import World

_HERE = Path(__file__).parent
PROFILES = ("perfect", "realistic", "bad-day")
ONLINE_SECONDS = 3.0


def load(name: str) -> dict[str, Any]:
    """A TOML file of the sandbox."""
    return tomllib.loads((_HERE / name).read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Described:
    """A result that comes with a description."""

    result: object
    description: str


@dataclass(slots=True)
class Callback:
    """A tap that waits for the bot's answer; `at` is machine time."""

    person: User
    message: Message
    at: float
    answer: asyncio.Future[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Profile:
    """How good the network is today. Delays are machine seconds, shares are of 1."""

    name: str
    speed: float
    delay: tuple[float, float] | None
    too_many: float
    too_many_seconds: tuple[int, int]
    server_error: float
    lost_reply: float
    repeat: float

    def pause(self) -> float:
        return random.uniform(*self.delay) / self.speed if self.delay else 0.0


@dataclass(slots=True)
class Box:
    """The parts of one running sandbox."""

    clock: Clock
    bus: Bus
    world: World
    queue: Queue
    feed: Feed
    faults: Faults
    calls: Calls
    flood: Flood | None
    profile: Profile
    webhook: Webhook
    tap_seconds: float
    answer_seconds: float
    tokens: set[str] = field(default_factory=set)
    callbacks: dict[str, Callback] = field(default_factory=dict)
    readyz: str | None = None
    advancing: asyncio.Lock = field(default_factory=asyncio.Lock)

    def bot_online(self) -> bool:
        """Whether the bot takes updates."""
        return self.webhook.online or self.queue.online(ONLINE_SECONDS)


def build(clock: Clock, profile_name: str, speed: float) -> Box:
    """A box with an empty world."""
    numbers = load("limits.toml")
    shown = numbers["profile"][profile_name]
    low, high = shown.get("delay_ms", (0, 0))
    profile = Profile(
        profile_name, speed, (low / 1000, high / 1000) if high else None, shown.get("too_many", 0.0),
        tuple(shown.get("too_many_seconds", (1, 1))), shown.get("server_error", 0.0), shown.get("lost_reply", 0.0),
        shown.get("repeat", 0.0),
    )  # fmt: skip
    bus = Bus()
    world = World(clock, bus)
    bus.view_message = lambda message: view_message(world, message)
    queue = Queue(profile.repeat)
    return Box(
        clock, bus, world, queue, Feed(world, queue), Faults(), Calls(bus, clock),
        Flood(Limits(**numbers["flood"]), speed) if shown["flood"] else None, profile, Webhook(queue, speed),
        numbers["callback"]["tap_seconds"], numbers["callback"]["answer_seconds"],
    )  # fmt: skip
