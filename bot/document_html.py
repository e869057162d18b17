"""A page of a website as blocks of text: its own words without menus and scripts, headings, list items, table rows, <meta>."""

from __future__ import annotations

import re
from typing import Any

import lxml.html  # type: ignore[import-untyped]
from lxml import etree

from bot.document_formats import NoDocument, Read, decoded
from models.passages import Block

SILENT = {
    "script",
    "style",
    "noscript",
    "template",
    "nav",
    "header",
    "footer",
    "aside",
    "form",
    "iframe",
    "svg",
    "button",
    "select",
    "head",
}
BLOCKS = {
    "p", "div", "section", "article", "main", "ul", "ol", "li", "table", "tr", "dl", "dt", "dd", "blockquote", "pre", "br", "hr", "figure",
    "figcaption", "details", "summary", "address", "body", "html", "center",
}  # fmt: skip
DECLARED = re.compile(rb"<meta[^>]+charset\s*=|<\?xml[^>]+encoding", re.I)
DEEPEST = 200
"""Nested elements; a page has some twenty."""


def read_html(content: bytes) -> Read:
    """Raises NoDocument for what is no HTML."""
    try:
        root = lxml.html.document_fromstring(content if DECLARED.search(content[:4096]) else decoded(content))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise NoDocument(f"it is no HTML that can be read ({type(error).__name__})") from error
    meta: dict[str, Any] = {}
    for one in root.iter("meta"):
        name = one.get("name") or one.get("property")
        if name and one.get("content"):
            meta.setdefault(name.strip().lower(), one.get("content").strip())
    walk = _Walk()
    main = next((found for tag in ("article", "main") if len(found := root.findall(f".//{tag}")) == 1), None)
    walk.element(main[0] if main else root.find("body") if root.find("body") is not None else root, 0)
    walk.flush()
    first = next((block.label for block in walk.blocks if block.level == 1), "")
    named = root.findtext(".//title") or ""
    title = str(meta.get("articletitle") or first or " ".join(named.split()))
    return Read(tuple(block for block in walk.blocks if not (block.level and block.label == title)), title, meta=meta)


class _Walk:
    """Collects the blocks of a page in reading order."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._held: list[str] = []

    def flush(self, end: str = "\n") -> None:
        """What was collected is a line."""
        text = " ".join("".join(self._held).split())
        self._held = []
        if not text:
            return
        if self.blocks and not self.blocks[-1].level:
            self.blocks[-1] = Block(self.blocks[-1].text + end + text)
        else:
            self.blocks.append(Block(text))

    def element(self, node: Any, depth: int) -> None:
        """One element with all in it, without what follows it."""
        tag = node.tag if isinstance(node.tag, str) else ""
        if not tag or tag in SILENT or depth > DEEPEST:
            return
        if re.fullmatch("h[1-6]", tag):
            self.flush()
            label = " ".join(node.text_content().split())
            if label:
                self.blocks.append(Block(label, int(tag[1]), label, shown=False))
            return
        if tag in BLOCKS:
            self.flush()
        if tag == "li":
            parent = node.getparent()
            ordered = parent is not None and parent.tag == "ol"
            self._held.append(f"{parent.index(node) + 1}. " if ordered else "- ")
        self._held.append(node.text or "")
        for child in node:
            if tag == "tr" and child.tag in ("td", "th") and any(part.strip() for part in self._held):
                self._held.append(" | ")
            self.element(child, depth + 1)
            self._held.append(child.tail or "")
        if tag in BLOCKS:
            self.flush()
