"""(key, data, language, reading level) → words: the catalogues of locales/ rendered with Jinja2, and the filters they use.

Catalogue text may carry <b> and <i>; everything handed in is escaped here, at this one place. What people wrote loses
control characters that could reorder or hide text in a staff view (reliability.md 6.1).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from jinja2 import Environment, StrictUndefined, Template, TemplateError
from markupsafe import Markup, escape

import locales

log = structlog.get_logger()

HIDDEN = re.compile("[\u0000-\u0008\u000b-\u001f\u007f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]|[\ud800-\udfff]")
TAG = re.compile(r"</?[a-z][^>]*>")
LANGUAGES = ("zh", "en")
FALLBACK_KEY = "service.plain"


class NoSuchText(KeyError):
    """No catalogue has this key"""


def clean(text: str) -> str:
    """`text` without characters that hide, reorder or break it; the visible rest is kept as it was written."""
    return HIDDEN.sub("", text)


class Texts:
    """The catalogues of all languages, with the community's zone and category names for the filters."""

    def __init__(self, zone: ZoneInfo, categories: Mapping[str, Mapping[str, Any]], contacts: Mapping[str, str] | None = None) -> None:
        self._zone = zone
        self._categories = categories
        self.contacts = dict(contacts or {})
        self._catalogues = {language: locales.catalogue(language) for language in LANGUAGES}
        self._environments = {language: self._environment(language) for language in LANGUAGES}
        self._template = lru_cache(maxsize=4096)(self._compile)

    def _environment(self, language: str) -> Environment:
        environment = Environment(autoescape=True, undefined=StrictUndefined, finalize=self._finalize)
        moments = {"zh": self._when_zh, "en": self._when_en}[language]
        environment.filters["when"] = lambda value, now=None: moments(_moment(value, self._zone), now)
        environment.filters["category"] = lambda code: self._categories.get(code, {}).get(language, code)
        environment.filters["name"] = lambda names: names.get(language, names.get("zh", "")) if isinstance(names, Mapping) else str(names)
        environment.filters["place"] = lambda place: self.render_place(place, language)
        environment.filters["t"] = lambda key, **data: Markup(self.render(key, data, language))
        environment.globals["contacts"] = self.contacts
        return environment

    @staticmethod
    def _finalize(value: Any) -> Any:
        return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    def _compile(self, key: str, language: str) -> Template:
        try:
            source = self._catalogues[language][key]
        except KeyError:
            raise NoSuchText(f"{key} ({language})") from None
        return self._environments[language].from_string(source)

    def has(self, key: str, language: str = "zh") -> bool:
        return key in self._catalogues[language]

    def render(self, key: str, data: Mapping[str, Any], language: str = "zh", *, elder: bool = False) -> str:
        """The words of `key`. Raises NoSuchText, or Jinja's errors when `data` lacks something."""
        if elder and self.has(f"{key}.elder", language):
            key = f"{key}.elder"
        return self._template(key, language).render(data).strip()

    def render_or_fallback(self, key: str, data: Mapping[str, Any], language: str = "zh", *, elder: bool = False) -> str:
        """As `render`; a fault is logged loudly and the plain fallback is said instead: silence would be worse."""
        try:
            return self.render(key, data, language, elder=elder)
        except (NoSuchText, TemplateError, TypeError, ValueError) as error:
            log.error("text_failed", key=key, language=language, error=type(error).__name__, detail=str(error)[:120])
            parts = [str(value) for value in data.values() if isinstance(value, str)]
            return self.render(FALLBACK_KEY, {"parts": parts}, language)

    def render_place(self, place: Mapping[str, Any] | None, language: str) -> str:
        """A place in words: 2栋1单元3-4楼, Building 2, unit 1, floor 3-4."""
        if not place:
            return ""
        known = {part: place.get(part) for part in ("building", "unit", "floor", "room") if place.get(part)}
        joint = "" if language == "zh" else ", "
        words = [self.render(f"case.place.{part}", {part: value}, language) for part, value in known.items()]
        if place.get("spot"):
            words.append(str(escape(clean(str(place["spot"])))))
        return Markup(joint.join(words))

    @staticmethod
    def _when_zh(moment: datetime, _now: Any) -> str:
        return f"{moment.month}月{moment.day}日{moment:%H:%M}"

    @staticmethod
    def _when_en(moment: datetime, _now: Any) -> str:
        return f"{moment:%b} {moment.day}, {moment:%H:%M}"


def _moment(value: Any, zone: ZoneInfo) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment.astimezone(zone)


def without_markup(html: str) -> str:
    """The same words with the markup taken out, for a messenger that could not parse it."""
    return Markup(TAG.sub("", html)).unescape()
