"""An entry as PostgreSQL searches it: two vectors of weighted lexemes.

`found` holds everything and is only matched. `ranked` is short, so that thousands of hits can be put in order without
reading their long texts: title (A), subject and items (B); what matches only elsewhere comes last.
"""

from collections.abc import Iterable
from typing import NamedTuple

from haihe.data.catalogue.search.terms import characters, meanings, pieces, simple, sounds, sounds_of_meanings

_MOST_ITEMS = 60
_LONGEST_LEXEME = 200


class Document(NamedTuple):
    """Two texts for PostgreSQL to read as `tsvector`."""

    found: str
    ranked: str


def document(
    *,
    codes: Iterable[str],
    title: str,
    subject: str,
    items: Iterable[str],
    abstract: str,
    owner: Iterable[str],
    keywords: Iterable[str] = (),
    ranks_sounds: bool = False,
) -> Document:
    """Make the vectors of an entry; `items` are the items' titles, `owner` the names of whose it is, `codes` all that
    it is known by. `ranks_sounds` puts what is typed in pinyin in order too; it makes the ranked vector longer.
    """
    title, subject, abstract = simple(title), simple(subject), simple(abstract)
    named = [simple(item) for item in items][:_MOST_ITEMS]
    first = {*pieces(title), *meanings(title)}
    words = [simple(word) for word in keywords]
    second = {lexeme for text in (subject, *words, *named) for lexeme in (*pieces(text), *meanings(text))}
    around = {lexeme for text in (abstract, *map(simple, owner)) for lexeme in (*pieces(text), *meanings(text))}
    by_title = {*sounds(title), *sounds_of_meanings(title)}
    by_word = {sound for word in words for sound in sounds(word)}
    heard = {*characters(title), *by_title, *by_word, *(f"#{code.lower()}" for code in codes if code)}
    heard |= {sound for text in (subject, *words, *named, abstract) for sound in sounds_of_meanings(text)}
    if ranks_sounds:
        first, second = first | by_title, second | by_word
    return Document(
        found=_vector(dict.fromkeys(first | second | around | heard, "")),
        ranked=_vector(dict.fromkeys(around - second, "C") | dict.fromkeys(second, "B") | dict.fromkeys(first, "A")),
    )


def _vector(lexemes: dict[str, str]) -> str:
    return " ".join(f"{quoted(lexeme)}{f':1{weight}' if weight else ''}" for lexeme, weight in lexemes.items())


def quoted(lexeme: str) -> str:
    """Write a lexeme as `tsvector` and `tsquery` read it."""
    return "'" + lexeme[:_LONGEST_LEXEME].replace("\\", "\\\\").replace("'", "''") + "'"
