"""Text and links of others, made harmless: no markup, no control signs, bounded; links to http and https alone."""

import re
import unicodedata
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit

LONGEST_URL: Final = 1000
_MOST_RAW: Final = 50_000
"""Signs of a text that are looked at at all."""
_SILENT: Final = frozenset({"script", "style", "template", "iframe", "object", "svg", "math", "noscript", "title"})
_BREAKS: Final = frozenset({"p", "br", "li", "div", "tr", "h1", "h2", "h3", "h4", "ul", "ol", "table"})
_SPACES: Final = re.compile(r"\s+")
_PARTS: Final = re.compile(r"[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]")


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BREAKS:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT and self._silent:
            self._silent -= 1
        elif tag in _BREAKS:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


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
    if any(ord(sign) < 33 or sign in "\\<>\"'`{}|^" for sign in text):
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
    parser = _Text()
    parser.feed(text)
    parser.close()
    return "".join(parser.parts)


def _is_plain(sign: str) -> bool:
    """Not a control, a format sign (bidi, zero width), a surrogate or a private one."""
    return unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn")
