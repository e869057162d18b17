"""parse_mode HTML, with Telegram's own errors; byte offsets in them count UTF-8."""

from __future__ import annotations

import re

from sandbox.entities import units
from sandbox.errors import ApiError, refuse
from sandbox.links import link_entity
from sandbox.model import Json

_KIND = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler", "span": "spoiler",
    "code": "code", "pre": "pre", "a": "text_link", "tg-emoji": "custom_emoji", "blockquote": "blockquote",
    "tg-time": "date_time",
}  # fmt: skip
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(lt|gt|amp|quot)(?![A-Za-z]));?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_STOP = re.compile("[<&]")
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")
_SPACE = " \t\r\n\v\f"


def fail(text: str) -> ApiError:
    return refuse(f"Can't parse entities: {text}")


def _reference(text: str, at: int) -> tuple[str, int]:
    """The character that a reference at `at` stands for and where it ends; "" when it is none and stays as it is."""
    match = _REFERENCE.match(text, at)
    if match is None:
        return "", at
    if match[3]:
        return _NAMED[match[3]], match.end()
    code = int(match[1], 16) if match[1] else int(match[2])
    if code == 0 or code >= 0x10FFFF or match.end() - at >= 11:
        return "", at
    return chr(code), match.end()


class _Reader:
    """Reads one text. The open tags are a stack of (name, argument, offset, start in the output)."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.out: list[str] = []
        self.offset = 0
        self.open: list[tuple[str, str, int, int]] = []
        self.entities: list[Json] = []

    def byte(self, place: int) -> int:
        return len(self.text[:place].encode("utf-8", "surrogatepass"))

    def put(self, text: str) -> None:
        self.out.append(text)
        self.offset += units(text)

    def read(self) -> tuple[str, list[Json]]:
        text = self.text
        while self.at < len(text):
            char = text[self.at]
            if char == "&":
                letter, end = _reference(text, self.at)
                if letter:
                    self.put(letter)
                    self.at = end
                    continue
            if char != "<":
                stop = _STOP.search(text, self.at + 1)
                end = stop.start() if stop else len(text)
                self.put(text[self.at : end])
                self.at = end
            elif text[self.at + 1 : self.at + 2] == "/":
                self.end_tag()
            else:
                self.start_tag()
        if self.open:
            raise fail(f'Can\'t find end tag corresponding to start tag "{self.open[-1][0]}"')
        result = "".join(self.out)
        if any("\ud800" <= char <= "\udfff" for char in result):
            raise fail("Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units")
        for one in self.entities:
            if one["type"] == "code":
                one.pop("language", None)
        return result, self.entities

    def skip_space(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in _SPACE:
            self.at += 1

    def word(self, stops: str) -> str:
        begin = self.at
        while self.at < len(self.text) and self.text[self.at] not in stops:
            self.at += 1
        return self.text[begin : self.at]

    def start_tag(self) -> None:
        begin = self.at
        where = self.byte(begin)
        self.at += 1
        name = self.word(_SPACE + ">").lower()
        if self.at >= len(self.text):
            raise fail(f"Unclosed start tag at byte offset {where}")
        if name not in _KIND:
            raise fail(f'Unsupported start tag "{name}" at byte offset {where}')
        argument = ""
        while True:
            self.skip_space()
            if self.at >= len(self.text):
                raise fail(f"Unclosed start tag at byte offset {where}")
            if self.text[self.at] == ">":
                break
            key, value = self.attribute(name, where)
            if (name, key) in (("a", "href"), ("tg-emoji", "emoji-id"), ("tg-time", "unix")):
                argument = value
            elif (name, key) == ("code", "class") and value.startswith("language-"):
                argument = value[9:]
            elif (name, key) == ("span", "class") and value.startswith("tg-"):
                argument = value[3:]
            elif (name, key) == ("blockquote", "expandable"):
                argument = "expandable"
        self.at += 1
        if name == "span" and argument != "spoiler":
            raise fail(f'Tag "span" must have class "tg-spoiler" at byte offset {where}')
        self.open.append((name, argument, self.offset, len(self.out)))

    def attribute(self, tag: str, where: int) -> tuple[str, str]:
        key = self.word(_SPACE + "=>").lower()
        if not key:
            raise fail(f'Empty attribute name in the tag "{tag}" at byte offset {where}')
        self.skip_space()
        if self.text[self.at : self.at + 1] != "=":
            if (tag, key) == ("blockquote", "expandable"):
                return key, ""
            raise fail(f'Expected equal sign in declaration of an attribute of the tag "{tag}" at byte offset {where}')
        self.at += 1
        self.skip_space()
        if self.at >= len(self.text):
            raise fail(f'Unclosed start tag "{tag}" at byte offset {where}')
        quote = self.text[self.at]
        if quote not in "'\"":
            begin = self.at
            match = _NAME_TOKEN.match(self.text, begin)
            self.at = match.end() if match else begin
            if self.at < len(self.text) and self.text[self.at] not in _SPACE + ">":
                raise fail(f"Unexpected end of name token at byte offset {self.byte(begin)}")
            return key, self.text[begin : self.at].lower()
        self.at += 1
        value = []
        while self.at < len(self.text) and self.text[self.at] != quote:
            letter, end = _reference(self.text, self.at) if self.text[self.at] == "&" else ("", self.at)
            value.append(letter or self.text[self.at])
            self.at = end if letter else self.at + 1
        if self.at >= len(self.text):
            raise fail(f"Unclosed start tag at byte offset {where}")
        self.at += 1
        return key, "".join(value)

    def end_tag(self) -> None:
        where = self.byte(self.at)
        if not self.open:
            raise fail(f"Unexpected end tag at byte offset {where}")
        self.at += 2
        name = self.word(_SPACE + ">").lower()
        self.skip_space()
        if self.text[self.at : self.at + 1] != ">":
            raise fail(f"Unclosed end tag at byte offset {where}")
        self.at += 1
        opened, argument, offset, start = self.open[-1]
        if name and name != opened:
            raise fail(f'Unmatched end tag at byte offset {where}, expected "</{opened}>", found "</{name}>"')
        self.open.pop()
        if self.offset > offset:
            self.close(opened, argument, offset, "".join(self.out[start:]))

    def close(self, tag: str, argument: str, offset: int, inside: str) -> None:
        one: Json = {"type": _KIND[tag], "offset": offset, "length": self.offset - offset}
        last = self.entities[-1] if self.entities else None
        same = last is not None and (last["offset"], last["length"]) == (one["offset"], one["length"])
        if tag == "a":
            link = link_entity(argument or inside)
            if link is None:
                return
            one.update(link)
        elif tag == "tg-emoji":
            if not argument.isdigit() or int(argument) == 0:
                raise fail("Invalid custom emoji identifier specified")
            one["custom_emoji_id"] = argument
        elif tag == "tg-time":
            if not argument.isdigit():
                raise fail("Invalid date-time specified")
            one["unix_time"] = int(argument)
        elif tag == "blockquote" and argument:
            one["type"] = "expandable_blockquote"
        elif tag == "code" and argument:
            if last is not None and same and last["type"] == "pre":
                last["language"] = argument
                return
            one["language"] = argument
        elif tag == "pre" and last is not None and same and last["type"] == "code" and "language" in last:
            last["type"] = "pre"
            return
        self.entities.append(one)


def parse_html(text: str) -> tuple[str, list[Json]]:
    """The plain text and its entities. Raises ApiError with Telegram's reason."""
    return _Reader(text).read()
