"""The words that a template shows without asking the catalogue for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from django.template.base import Lexer, Token, TokenType

READ_ALOUD = {"title", "alt", "aria-label", "aria-description", "placeholder", "data-label", "label"}
NOT_PROSE = {"script", "style", "code", "pre", "kbd", "svg"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass(frozen=True)
class Words:
    """A piece of text, and the language it is marked as: `zh` unless an element says otherwise."""

    text: str
    lang: str


def unmarked_words(template: str) -> list[Words]:
    """Return the text of a template outside translation tags, comments and code."""
    reader = _Reader()
    reader.feed("".join(_without_tags(Lexer(template).tokenize())))
    reader.close()
    return reader.found


def literals_in_tags(template: str) -> list[str]:
    """Return the contents of tags and variables, translation tags and comments apart."""
    return [token.contents for token in _outside(Lexer(template).tokenize()) if _is_tag(token)]


def _is_tag(token: Token) -> bool:
    words = token.split_contents() if token.token_type == TokenType.BLOCK else [""]
    marked = {"translate", "trans", "blocktranslate", "blocktrans"}
    return token.token_type in {TokenType.BLOCK, TokenType.VAR} and words[0] not in marked


def _without_tags(tokens: list[Token]) -> Iterator[str]:
    for token in _outside(tokens):
        yield token.contents if token.token_type == TokenType.TEXT else "\n"


def _outside(tokens: list[Token]) -> Iterator[Token]:
    """Leave out what lies between a tag that takes care of its text and the end of that tag."""
    until = ""
    for token in tokens:
        first = token.contents.split(maxsplit=1)[0] if token.token_type == TokenType.BLOCK else ""
        if until:
            until = "" if first == until else until
        elif first in {"blocktranslate", "blocktrans", "comment"}:
            until = f"end{first}"
            yield token
        elif token.token_type != TokenType.COMMENT:
            yield token


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.found: list[Words] = []

    @property
    def lang(self) -> str:
        return self.open[-1][1] if self.open else "zh"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        lang = given.get("lang") or self.lang
        self.found += [Words(text, lang) for name, text in attrs if name in READ_ALOUD and text]
        if tag not in VOID:
            self.open.append((tag, lang))

    def handle_endtag(self, tag: str) -> None:
        if tag in {name for name, _ in self.open}:
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not NOT_PROSE & {name for name, _ in self.open}:
            self.found += [Words(line.strip(), self.lang) for line in data.splitlines() if line.strip()]
