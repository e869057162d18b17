"""parse_mode Markdown (the old one) and MarkdownV2, with Telegram's own errors; byte offsets in them count UTF-8."""

from __future__ import annotations

from sandbox.entities import sort, units
from sandbox.htmlmode import fail
from sandbox.links import emoji_id, link_entity
from sandbox.model import Json

_SPACE = " \t\r\n\v\f"
_RESERVED = "_*[]()~`>#+-=|{}.!\n"
_NAMES = {
    "bold": "Bold", "italic": "Italic", "underline": "Underline", "strikethrough": "Strikethrough", "spoiler": "Spoiler",
    "code": "Code", "pre": "Pre", "pre_code": "PreCode", "text_link": "TextUrl", "custom_emoji": "CustomEmoji",
    "blockquote": "BlockQuote",
}  # fmt: skip


def _bytes(text: str, place: int) -> int:
    return len(text[:place].encode())


def _pre_start(text: str, at: int) -> tuple[str, int]:
    """After ```: the language, if one is named, and where the code begins (one line break is skipped)."""
    end = at
    while end < len(text) and text[end] not in _SPACE and text[end] != "`":
        end += 1
    language = ""
    if end != at and end < len(text) and text[end] != "`":
        language, at = text[at:end], end
    if text[at : at + 1] in ("\n", "\r"):
        at += 2 if text[at + 1 : at + 2] in ("\n", "\r") and text[at] != text[at + 1] else 1
    return language, at


def parse_markdown(text: str) -> tuple[str, list[Json]]:
    """The old Markdown: *bold* _italic_ `code` ```pre``` [text](url), nothing nested. Raises ApiError."""
    out: list[str] = []
    offset, at, size = 0, 0, len(text)
    entities: list[Json] = []
    while at < size:
        char = text[at]
        if char == "\\" and text[at + 1 : at + 2] in ("_", "*", "`", "["):
            out.append(text[at + 1])
            offset, at = offset + 1, at + 2
            continue
        if char not in "_*`[":
            out.append(char)
            offset, at = offset + units(char), at + 1
            continue
        begin, is_pre, language = at, text.startswith("```", at), ""
        stop = "```" if is_pre else {"[": "]"}.get(char, char)
        at += len(stop)
        if is_pre:
            language, at = _pre_start(text, at)
        end = text.find(stop, at)
        if end == -1:
            raise fail(f"Can't find end of the entity starting at byte offset {_bytes(text, begin)}")
        inside = text[at:end]
        out.append(inside)
        one: Json = {"offset": offset, "length": units(inside)}
        offset += one["length"]
        at = end + len(stop)
        if char == "[":
            url = inside
            if text[at : at + 1] == "(":
                close = text.find(")", at)
                close = size if close == -1 else close
                url, at = text[at + 1 : close], close + 1
            link = link_entity(url)
            if link is None:
                continue
            one.update(link)
        elif is_pre:
            one["type"] = "pre"
            if language:
                one["language"] = language
        else:
            one["type"] = {"_": "italic", "*": "bold", "`": "code"}[char]
        if one["length"]:
            entities.append(one)
    return "".join(out), sort(entities)


class _V2:
    """MarkdownV2 of one text. The open entities are a stack of [kind, argument, offset, byte offset, start in the output]."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.offset = text, 0, 0
        self.out: list[str] = []
        self.open: list[tuple[str, str, int, int, int]] = []
        self.entities: list[Json] = []
        self.quoting = False

    def here(self, mark: str) -> bool:
        return self.text.startswith(mark, self.at)

    def put(self, char: str) -> None:
        self.out.append(char)
        self.offset += units(char)

    def reserved(self, char: str) -> Exception:
        return fail(f"Character '{char}' is reserved and must be escaped with the preceding '\\'")

    def unfinished(self) -> Exception:
        return fail(f"Can't find end of {_NAMES[self.open[-1][0]]} entity at byte offset {self.open[-1][3]}")

    def read(self) -> tuple[str, list[Json]]:
        text = self.text
        while self.at < len(text):
            char = text[self.at]
            following = text[self.at + 1 : self.at + 2]
            if char == "\\" and following and 0 < ord(following) <= 126:
                self.put(following)
                self.at += 2
                continue
            inside = self.open[-1][0] if self.open else ""
            special = "`" if inside in ("code", "pre", "pre_code") else _RESERVED
            if char not in special:
                self.put(char)
                self.at += 1
            elif self.open and self.ends(inside, char):
                self.end(inside, char)
            else:
                self.begin(char)
        if self.quoting and self.open and self.open[-1][0] == "blockquote":
            self.finish_quote("blockquote")
        if self.open:
            raise self.unfinished()
        return "".join(self.out), sort(self.entities)

    def ends(self, kind: str, char: str) -> bool:
        if self.quoting and char == "\n" and self.text[self.at + 1 : self.at + 2] != ">":
            return True
        if kind == "italic":
            return char == "_" and not self.here("__")
        if kind == "blockquote":
            return self.here("||") and (self.at + 2 >= len(self.text) or self.text[self.at + 2] == "\n")
        marks = {
            "bold": "*", "code": "`", "pre": "```", "pre_code": "```", "text_link": "]", "underline": "__",
            "strikethrough": "~", "spoiler": "||", "custom_emoji": "]",
        }  # fmt: skip
        return self.here(marks[kind])

    def begin(self, char: str) -> None:
        start, argument, kind = self.at, "", ""
        if self.here("**>"):
            kind, self.quoting, self.at = "blockquote", True, self.at + 3
        elif char == "_":
            kind = "underline" if self.here("__") else "italic"
            self.at += 2 if kind == "underline" else 1
        elif char in "*~[":
            kind = {"*": "bold", "~": "strikethrough", "[": "text_link"}[char]
            self.at += 1
        elif self.here("||"):
            kind, self.at = "spoiler", self.at + 2
        elif self.here("```"):
            argument, self.at = _pre_start(self.text, self.at + 3)
            kind = "pre_code" if argument else "pre"
        elif char == "`":
            kind, self.at = "code", self.at + 1
        elif self.here("!["):
            kind, self.at = "custom_emoji", self.at + 2
        elif char == "\n":
            self.put("\n")
            self.at += 1
            if not self.here(">"):
                return
            self.at += 1
            if self.quoting:
                return
            kind, self.quoting = "blockquote", True
        elif char == ">" and self.at == 0:
            kind, self.quoting, self.at = "blockquote", True, 1
        else:
            raise self.reserved(char)
        self.open.append((kind, argument, self.offset, _bytes(self.text, start), len(self.out)))

    def end(self, kind: str, char: str) -> None:
        if char == "\n" and kind != "blockquote":
            raise self.unfinished()
        if kind == "blockquote":
            if char == "\n":
                self.finish_quote("blockquote")
                self.put("\n")
                self.at += 1
            else:
                self.finish_quote("expandable_blockquote")
                self.at += 2
            return
        _, argument, offset, _, start = self.open[-1]
        one: Json = {"type": "pre" if kind == "pre_code" else kind, "offset": offset, "length": self.offset - offset}
        if argument:
            one["language"] = argument
        self.at += {"underline": 2, "spoiler": 2, "pre": 3, "pre_code": 3}.get(kind, 1)
        keep = one["length"] > 0
        if kind == "text_link":
            link = link_entity(self.url("a URL") if self.here("(") else "".join(self.out[start:]))
            keep = keep and link is not None
            one.update(link or {})
        elif kind == "custom_emoji":
            if not self.here("("):
                raise fail("Custom emoji entity must contain a tg://emoji URL")
            number = emoji_id(self.url("a custom emoji URL"))
            if number is None:
                raise fail("Custom emoji URL must have an emoji identifier")
            one["custom_emoji_id"] = number
        if keep:
            self.entities.append(one)
        self.open.pop()

    def finish_quote(self, kind: str) -> None:
        _, _, offset, _, _ = self.open.pop()
        self.quoting = False
        if self.offset > offset:
            self.entities.append({"type": kind, "offset": offset, "length": self.offset - offset})

    def url(self, what: str) -> str:
        self.at += 1
        begin, letters = self.at, []
        while self.at < len(self.text) and self.text[self.at] != ")":
            following = self.text[self.at + 1 : self.at + 2]
            if self.text[self.at] == "\\" and following and 0 < ord(following) <= 126:
                self.at += 1
            letters.append(self.text[self.at])
            self.at += 1
        if self.at >= len(self.text):
            raise fail(f"Can't find end of {what} at byte offset {_bytes(self.text, begin)}")
        self.at += 1
        return "".join(letters)


def parse_markdown_v2(text: str) -> tuple[str, list[Json]]:
    """MarkdownV2. Raises ApiError with Telegram's reason."""
    return _V2(text).read()
