"""Several lookups at once: what one chose, asked one after the other, each with its own record in the ledger."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from haihe.base.accounts.api import Actor
from haihe.data.sharing import api as sharing
from haihe.platforms.services.lookups import operations, pages, queries, reading
from haihe.platforms.services.lookups.definition import LookupDefinition
from haihe.platforms.services.lookups.errors import NotRealName, TooOften
from haihe.platforms.services.lookups.keeping import kept_answer
from haihe.platforms.services.lookups.models import OwnLookup
from haihe.platforms.services.lookups.pages import AnswerPage, Group

MOST_AT_ONCE: Final = 8
"""Fewer than anybody may ask in a minute, so that some are left for one by one."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What can be chosen, what is chosen, and what came of it. `complaint`: why not all of it was asked."""

    groups: tuple[Group, ...]
    chosen: frozenset[str]
    answers: tuple[AnswerPage, ...]
    complaint: str = ""

    @property
    def most(self) -> int:
        return MOST_AT_ONCE


def choices() -> tuple[LookupDefinition, ...]:
    """Return the lookups for which nothing has to be typed."""
    return tuple(lookup for lookup in reading.shipped() if lookup.typed is None)


def overview(actor: Actor, *, now: datetime) -> Overview:
    """Return the page before anything is asked: what is still kept, and what one likes is chosen already."""
    rows = queries.own_lookups(actor)
    held = {row.slug for row in rows if row.kept_until and row.kept_until > now}
    kept = [told for one in choices() if one.slug in held and (told := kept_answer(actor, one, now=now))]
    return _page(_liked(rows), tuple(map(pages.answer_page, kept)))


def ask_several(*, actor: Actor, slugs: Iterable[str], querier: sharing.Querier, now: datetime) -> Overview:
    """Ask those of these that can be asked so, at most `MOST_AT_ONCE`; what may still be shown isn't asked again.

    Must not run inside a transaction. Raises: NotPermitted.
    """
    wanted = set(slugs)
    chosen = [lookup for lookup in choices() if lookup.slug in wanted]
    answers: list[AnswerPage] = []
    complaint = ""
    for lookup in chosen[:MOST_AT_ONCE]:
        told = kept_answer(actor, lookup, now=now)
        try:
            told = told or operations.ask(actor=actor, slug=lookup.slug, typed="", querier=querier, now=now)
        except (TooOften, NotRealName) as refused:
            complaint = refused.message
            break
        answers.append(pages.answer_page(told))
    return _page([lookup.slug for lookup in chosen], tuple(answers), complaint)


def _page(chosen: Sequence[str], answers: tuple[AnswerPage, ...], complaint: str = "") -> Overview:
    return Overview(tuple(pages.by_department(choices())), frozenset(chosen[:MOST_AT_ONCE]), answers, complaint)


def _liked(rows: Iterable[OwnLookup]) -> list[str]:
    """Return what one marked, or else what most people ask."""
    can = {lookup.slug for lookup in choices()}
    liked = [row.slug for row in rows if row.is_favourite]
    return [slug for slug in (liked or reading.front().frequent) if slug in can]
