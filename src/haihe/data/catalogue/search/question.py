"""What somebody typed, as a query: `strict` asks for all of it, `loose` for any part, and by sound too."""

import re
from typing import NamedTuple

from haihe.data.catalogue.search.document import quoted
from haihe.data.catalogue.search.synonyms import synonyms
from haihe.data.catalogue.search.terms import HAN, pieces, pinyin, runs, simple

_NOISE = re.compile("的|了|和|及|与|有关|相关|关于|查询|查找|信息|数据|资料|情况|名单|清单")
"""Words that say little in a catalogue. They are left out, unless nothing else was typed."""
_CODE = re.compile(r"12[0a-z][0-9]{3}(/[0-9]{0,6})?|[1-3][0-9]{5,15}/[0-9]{0,8}")
_DIGITS = re.compile(r"[1-3][0-9]{5,15}")
"""A code of 编制指南 without its serial, or any number."""
_MOST_PARTS = 12
_AND, _OR = " & ", " | "


class Question(NamedTuple):
    """Two texts for PostgreSQL to read as `tsquery`; empty where nothing can be asked for."""

    strict: str
    loose: str


def question(typed: str) -> Question:
    text = simple(typed)
    if _CODE.fullmatch(text):
        return Question(f"{quoted('#' + text)}:*", "")
    if _DIGITS.fullmatch(text):
        return Question(f"{quoted('#' + text)}:* | {quoted(text)}:*", "")
    parts = telling(text)[:_MOST_PARTS]
    return Question(
        strict=_AND.join(_strict(part) for part in parts),
        loose=_OR.join(_loose(part) for part in parts),
    )


def each_part(query: str) -> str:
    """Return a query that is met by any part of this one: by it rows are put in order.

    Our lexemes have no places, and `ts_rank` takes parts that must stand together for nothing where they have none.
    """
    return query.replace(_AND, _OR)


def telling(text: str) -> list[str]:
    """Return the runs of a simple text that say something; all of them where none does."""
    return [run for run in runs(_NOISE.sub(" ", text)) if run] or runs(text)


def _strict(part: str) -> str:
    if not HAN.match(part):
        return _latin(part)
    return _AND.join(_segments(part))


def _loose(part: str) -> str:
    if not HAN.match(part):
        return _latin(part)
    heard = [f"{quoted('~' + pinyin(piece))}:*" for piece in pieces(part) if len(piece) > 1]
    return _OR.join([*_segments(part), *heard])


def _segments(run: str) -> list[str]:
    """Return what must be there: for a synonym its group (the very word counts more), else the pieces."""
    asked, end = [], 0
    for match, group in synonyms().found_in(run):
        asked += _words(run[end : match.start()])
        asked.append(f"({quoted(f'={group}')} | {_AND.join(_words(match[0]))})")
        end = match.end()
    return asked + _words(run[end:])


def _words(text: str) -> list[str]:
    if len(text) == 1:
        return [f"({quoted(chr(39) + text)} | {quoted(text)}:*)"]
    return [quoted(piece) for piece in dict.fromkeys(pieces(text))]


def _latin(word: str) -> str:
    if word.isdigit() or len(word) == 1:
        return f"{quoted(word)}:*"
    meant = [quoted(f"={group}") for match, group in synonyms().found_in(word) if match[0] == word]
    return "(" + _OR.join([*meant, *(f"{quoted(sign + word)}:*" for sign in ("", "~", "^"))]) + ")"
