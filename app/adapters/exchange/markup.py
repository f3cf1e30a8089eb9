"""Markup in text: taken away on the way in, escaped on the way out.

Sounding's texts are plain; pages escape them. In a file, a known tag is markup, and a text that
shows a tag is written with entities. So `plain(shown(text)) == text` for every clean text.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from html.parser import HTMLParser

OURS = "sounding-"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NAMES = _words(
    "a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big "
    "blink blockquote body br button canvas caption center cite code col colgroup data datalist dd "
    "del details dfn dialog dir div dl dt em embed fencedframe fieldset figcaption figure font "
    "footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe image img "
    "input ins isindex kbd keygen label legend li link listing main map mark marquee math menu "
    "menuitem meta meter nav nobr noembed noframes noscript object ol optgroup option output p "
    "param picture plaintext portal pre progress q rb rp rt rtc ruby s samp script search section "
    "select slot small source spacer span strike strong style sub summary sup svg table tbody td "
    "template textarea tfoot th thead time title tr track tt u ul var video wbr xmp"
)
_SILENT = _words(
    "script style iframe object embed applet noscript noembed noframes template head title"
)
_BLOCKS = _words(
    "address article aside blockquote dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tr ul"
)
_RAISED = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_ENGLISH = re.compile(r"""<span[^>]{0,80}\slang=["']?en""", re.IGNORECASE)
_VOID = _words("area base br col embed hr img input link meta param source track wbr")
# Bounded, so that a text of nothing but `<a ` takes no time.
_TAG = re.compile(r"</?([a-zA-Z][^\s/>]{0,40})([^>]{0,300})")
_ODD = re.compile(r"<(?:!--|!\[|![a-zA-Z]|\?[a-zA-Z])")
_HANDLER = re.compile(r"[\s/'\"]on[a-z]+\s*=|javascript:|[\s/'\"](?:style|href|src)\s*=", re.I)
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


@dataclass(frozen=True)
class Plain:
    """A text without markup, and which tags and attributes were in it."""

    text: str
    removed: tuple[str, ...] = ()


def clean(text: str) -> str:
    """The text with plain line ends, without the control characters that XML and YAML refuse."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def holds_markup(text: str) -> bool:
    """Whether a page that didn't escape it would take a part of this text for a tag."""
    return any(_is_markup(text, found.start()) for found in re.finditer("<", text))


def shown(text: str) -> str:
    """A plain text, escaped if any of it would be taken for markup or an entity."""
    if holds_markup(text) or html.unescape(text) != text:
        return html.escape(text, quote=False)
    return text


def plain(text: str) -> Plain:
    """The plain text of a field that isn't declared to be HTML; unknown tags are only text."""
    if holds_markup(text):
        safe = re.sub("<", lambda at: "<" if _is_markup(text, at.start()) else "&lt;", text)
        return _read(safe, exact=True)
    return Plain(html.unescape(text))


def from_html(text: str) -> Plain:
    """The plain text of a field that is HTML; white space counts where HTML or we say so."""
    return _read(text, exact=False)


def to_html(text: str, mark: str = "text") -> str:
    """A plain text as a paragraph (also XHTML) that is read back without a change."""
    name = "pre" if re.search(r"[\n\t]|  ", text) else "p"
    return f'<{name} class="{OURS}{mark}">{html.escape(text)}</{name}>'


def _is_markup(text: str, at: int) -> bool:
    if _ODD.match(text, at):
        return True
    found = _TAG.match(text, at)
    if found is None:
        return False
    name, rest = found.group(1).lower(), found.group(2)
    if _HANDLER.search(rest):
        return True
    # "a <b and c> d" is arithmetic; "<b>" and "<b class=x>" are not.
    return name in _NAMES and (len(name) > 2 or not rest.strip(" /\n") or "=" in rest)


def _read(text: str, *, exact: bool) -> Plain:
    reader = _Reader(exact, bool(_ENGLISH.search(text)))
    whole, unfinished = _without_unfinished_tag(text, exact)
    reader.feed(whole)
    reader.close()
    found = {*reader.removed, *((f"unfinished {unfinished}",) if unfinished else ())}
    return Plain(reader.text(), tuple(sorted(found)))


def _without_unfinished_tag(text: str, exact: bool) -> tuple[str, str]:
    """A tag that the text ends in before it is closed is none to our parser, but is to a page."""
    comment = text.find("<!--", max(text.rfind("-->") - 3, 0))  # the first that is never closed
    if comment >= 0:
        return text[:comment], "comment"
    end = text.rfind(">") + 1
    for found in re.finditer("<", text[end:]):
        at = end + found.start()
        tag = _TAG.match(text, at)
        if _is_markup(text, at) or (tag and not exact):
            return text[:at], tag.group(1).lower() if tag else "declaration"
    return text, ""


class _Reader(HTMLParser):
    """Collects text; folds white space unless it is `exact`, in `pre`, or in elements of ours."""

    def __init__(self, exact: bool, english: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.removed: set[str] = set()
        self._english = english
        self._shifted: list[tuple[str, int]] = []
        self._all_exact = exact
        self._pieces: list[tuple[bool, str]] = []
        self._silent: list[str] = []
        self._exact: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        ours = any(name == "class" and (value or "").startswith(OURS) for name, value in attrs)
        handlers = {name for name, _ in attrs if name.startswith("on")}
        self.removed |= handlers if ours else {tag, *handlers}
        if (tag in _SILENT and tag not in _VOID) or self._foreign(tag, dict(attrs)):
            self._silent.append(tag)
        elif tag in ("sup", "sub"):
            self._shifted.append((tag, len(self._pieces)))
        elif tag in ("td", "th"):
            self._pieces.append((False, " "))
        elif tag == "br":
            self._pieces.append((True, "\n"))
        elif tag == "img":
            named = next((value for name, value in attrs if name == "alt" and value), "")
            self._say(f"[image{': ' if named else ''}{named}]")
        elif tag in _BLOCKS:
            self._break()
            if tag == "li" and not ours:
                self._pieces.append((True, "- "))
        if tag == "pre" or ours:
            self._exact.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            while self._silent.pop() != tag:
                pass
        if self._exact and self._exact[-1] == tag:
            self._exact.pop()
        if self._shifted and self._shifted[-1][0] == tag:
            self._shift(*self._shifted.pop())
        if tag in _BLOCKS:
            self._break()

    def handle_data(self, data: str) -> None:
        self._say(data)

    def handle_comment(self, data: str) -> None:
        self.removed.add("comment")

    def handle_decl(self, decl: str) -> None:
        self.removed.add("declaration")

    def unknown_decl(self, data: str) -> None:
        self.removed.add("declaration")

    def handle_pi(self, data: str) -> None:
        self.removed.add("instruction")

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        """`<![` as pages take it: a comment up to the next `>`; the library raises at most."""
        return self.parse_bogus_comment(i, bool(report))

    def text(self) -> str:
        """Everything that was said."""
        parts: list[str] = []
        for exact, piece in self._pieces:
            folded = piece if exact else re.sub(r"[ \t\n\r\f]+", " ", piece)
            after_space = not parts or parts[-1].endswith((" ", "\n"))
            kept = folded.lstrip(" ") if after_space and not exact else folded
            if kept:
                parts.append(kept)
        whole = "".join(parts)
        return whole if self._all_exact else whole.strip()

    def _foreign(self, tag: str, attributes: dict[str, str | None]) -> bool:
        """Whether a span of Moodle's multi-language texts holds another language than English."""
        if tag != "span" or not self._english:
            return False
        if self._silent and self._silent[-1] == "span":
            return True
        told = (attributes.get("lang") or "en").lower()
        foreign = "multilang" in (attributes.get("class") or "") and not told.startswith("en")
        if foreign:
            self.removed.add("other languages")
        return foreign

    def _shift(self, tag: str, start: int) -> None:
        """Write what was raised or lowered so that x<sup>2</sup> is not read as x2."""
        said = "".join(piece for _, piece in self._pieces[start:]).strip()
        del self._pieces[start:]
        if not said:
            return
        moved = said.translate(_RAISED if tag == "sup" else _LOWERED)
        if any(before == after for before, after in zip(said, moved, strict=True)):
            sign = "^" if tag == "sup" else "_"
            short = said.lower() in ("st", "nd", "rd", "th")
            moved = said if short else f"{sign}{said}" if len(said) == 1 else f"{sign}({said})"
        self._say(moved)

    def _say(self, data: str) -> None:
        if not self._silent:
            self._pieces.append((self._all_exact or bool(self._exact), data))

    def _break(self) -> None:
        if self._silent:
            return
        while self._pieces and not self._pieces[-1][0] and not self._pieces[-1][1].strip():
            self._pieces.pop()
        if self._pieces and not self._pieces[-1][1].endswith("\n"):
            self._pieces.append((True, "\n"))
