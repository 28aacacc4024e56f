"""What somebody typed, taken apart into what is asked for: words, what they may mean, and how they sound."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from haihe.data.catalogue.search.hearing import heard_alike, joined
from haihe.data.catalogue.search.question import telling
from haihe.data.catalogue.search.sayings import NOTHING_SAID, Sayings
from haihe.data.catalogue.search.synonyms import synonyms
from haihe.data.catalogue.search.terms import HAN, pieces, pinyin, runs, simple

_MOST_PARTS: Final = 16
_PLAIN_ENGLISH: Final = frozenset(
    re.findall(
        "[a-z]+",
        """a about after am an and any apply at be by can could do does find for from get have how i if in is it may me
        much my need of on or our please should so some that the their there this to want was we what when where which
        who will with without would you your""",
    )
)
"""Words that say nothing by themselves."""
_ENDINGS: Final = re.compile(r"(?<=[a-z]{3})(?:ies|es|s|ing|ed|ation|ment|y|e)$")
_COMMON: Final = re.compile("[的了吗呢吧啊呀嘛么和及与或在是有我你他她它您这那就也还都又把被给让要想会能去来到个]")
"""Characters that say nothing by themselves."""


class Term(NamedTuple):
    """A lexeme (`terms`), or the beginning of one."""

    lexeme: str
    is_prefix: bool = False


type Alternative = tuple[Term, ...]
"""Terms that must all be there."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is asked for: what says it, and what only sounds like it. Parts of one `run` overlap."""

    typed: str
    said: tuple[Alternative, ...]
    heard: tuple[Alternative, ...] = ()
    run: int = 0

    def instead(self, word: str) -> "Part":
        """Return the part for a word that was meant."""
        return replace(self, said=((Term(word),),))


def parts_of(typed: str, said: Sayings = NOTHING_SAID) -> list[Part]:
    """Take a question apart; the longest sayings first, then synonyms, then pairs of characters."""
    text, found, end = simple(typed), list[Part](), 0
    for match, meant in said.found_in(text):
        found += _plain(text[end : match.start()], run=end)
        alternatives = (_all_of(match[0]), *map(_all_of, meant))
        found.append(Part(match[0], tuple(filter(None, alternatives)), run=match.start()))
        end = match.end()
    found += _plain(text[end:], run=end)
    return _telling(found)[:_MOST_PARTS]


def _telling(parts: list[Part]) -> list[Part]:
    """Leave out what says nothing, unless nothing else was typed."""
    return [part for part in parts if _COMMON.sub("", part.typed)] or parts


def _all_of(text: str) -> Alternative:
    """Ask for all of a text's words; for a synonym by its group."""
    asked: list[Term] = []
    for run in runs(simple(text)):
        end = 0
        for match, group in synonyms().found_in(run):
            asked += [*map(Term, pieces(run[end : match.start()])), Term(f"={group}")]
            end = match.end()
        asked += map(Term, pieces(run[end:]))
    return tuple(asked)


def _plain(text: str, *, run: int) -> Iterator[Part]:
    words = [word for word in (telling(text) if text.strip() else ()) if word not in _PLAIN_ENGLISH]
    for number, word in enumerate(joined(words)):
        yield from _chinese(word, run + number) if HAN.match(word) else (_latin(word, run + number),)


def _chinese(word: str, run: int) -> Iterator[Part]:
    end = 0
    for match, group in synonyms().found_in(word):
        yield from _pairs(word[end : match.start()], run)
        yield Part(match[0], ((Term(f"={group}"),), tuple(map(Term, pieces(match[0])))), run=run)
        end = match.end()
    yield from _pairs(word[end:], run)


def _pairs(text: str, run: int) -> Iterator[Part]:
    if len(text) == 1:
        yield Part(text, ((Term(f"'{text}"),), (Term(text, is_prefix=True),)), run=run)
        return
    for pair in dict.fromkeys(pieces(text)):
        yield Part(pair, ((Term(pair),),), ((Term(f"~{pinyin(pair)}", is_prefix=True),),), run)


def _latin(word: str, run: int) -> Part:
    if word.isdigit() or len(word) == 1:
        return Part(word, ((Term(word, is_prefix=True),),), run=run)
    groups = [group for match, group in synonyms().found_in(word) if match[0] == word]
    begins = dict.fromkeys([word, f"~{word}", f"^{word}", _ENDINGS.sub("", word)])
    said = [*(Term(f"={group}") for group in groups), *(Term(one, is_prefix=True) for one in begins)]
    heard = [Term(f"~{one}", is_prefix=True) for one in heard_alike(word)[1:]]
    return Part(word, _each(said), _each(heard), run)


def _each(terms: Sequence[Term]) -> tuple[Alternative, ...]:
    return tuple((term,) for term in terms)
