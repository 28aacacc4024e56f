"""Text and links of others, made harmless: no markup, no control signs, bounded; links to http and https alone."""

import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from typing import Final
from urllib.parse import urlsplit

LONGEST_URL: Final = 1000
_MOST_RAW: Final = 50_000
"""Signs of a text that are looked at at all."""
_SILENT: Final = {
    name: re.compile(rf"</{name}\b", re.IGNORECASE)
    for name in ("script", "style", "template", "iframe", "object", "svg", "math", "noscript", "title")
}
"""Elements of which nothing is shown, each with what ends it."""
_INLINE: Final = frozenset({"a", "abbr", "b", "code", "em", "font", "i", "small", "span", "strong", "sub", "sup", "u"})
_TAG: Final = re.compile(r"</?([a-z][a-z0-9]*)", re.IGNORECASE)
_SPACES: Final = re.compile(r"\s+")
_PARTS: Final = re.compile(r"[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]")


def plain(value: object, longest: int) -> str:
    """Return prose without markup, control signs and signs that turn the reading direction, cut at `longest`."""
    text = value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""
    text = text[:_MOST_RAW]
    if "<" in text or "&" in text:
        text = _without_markup(text)
    text = "".join(sign if _is_plain(sign) else " " for sign in text)
    text = _SPACES.sub(" ", text).strip()
    return text if len(text) <= longest else text[: longest - 1] + "…"


def link(value: object) -> str:
    """Return an address that may be shown as a link: http or https, a host, no credentials; else ""."""
    if not isinstance(value, str) or len(value) > LONGEST_URL:
        return ""
    text = value.strip()
    if any(ord(sign) < 33 or sign in "\\<>\"'`{}|^" or not _is_plain(sign) for sign in text):
        return ""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or "@" in parts.netloc or port == 0:
        return ""
    named = f"[{host}]" if ":" in host else _ascii(host)
    return text if _PARTS.fullmatch(named) else ""


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _without_markup(text: str) -> str:
    return unescape("".join(_between_tags(text)))


def _between_tags(text: str) -> Iterator[str]:
    """Give what stands between tags, in one walk: a parser that goes back is kept busy for minutes by bad markup."""
    place = 0
    while (start := text.find("<", place)) >= 0:
        yield text[place:start]
        tag = _TAG.match(text, start)
        if tag is None and text[start + 1 : start + 2] not in ("!", "?", "/"):
            yield "<"
            place = start + 1
            continue
        ending = "-->" if text.startswith("<!--", start) else ">"
        end = text.find(ending, start)
        if end < 0:
            place = start
            break
        place = end + len(ending)
        name = tag[1].lower() if tag else ""
        yield "" if name in _INLINE else " "
        if name in _SILENT and text[start + 1] != "/":
            closing = _SILENT[name].search(text, place)
            place = closing.start() if closing else len(text)
    yield text[place:]


def _is_plain(sign: str) -> bool:
    """Not a control, a format sign (bidi, zero width), a surrogate or a private one."""
    return unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn")
