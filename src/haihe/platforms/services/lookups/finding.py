"""The finders behind the search box: items, lookups, guides, answers, open datasets, bodies, places."""

from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts.api import SIGNED_OUT, Actor
from haihe.city import api as city
from haihe.data.catalogue import api as catalogue
from haihe.data.open import api as open_data
from haihe.kernel.text import normalise
from haihe.platforms.services.items import api as items
from haihe.platforms.services.items.api import wanted
from haihe.platforms.services.items.ports import Finds, Found, Shelf, find_everywhere
from haihe.platforms.services.lookups.helping import Help
from haihe.platforms.services.lookups.matching import best, spoken_guides, spoken_help, spoken_lookups
from haihe.platforms.services.wording import organisation_name

MOST: Final = 6
"""How many of each kind a page shows, and all kinds together suggest."""
_LEAST_OF_AN_ANSWER: Final = 0.5
_DEPARTMENTS, _DISTRICT, _STREET = 2, 3, 4
_OPEN: Final = ("UNCONDITIONAL", "CONDITIONAL")


def search(typed: str, *, language: str, actor: Actor, limit: int = MOST) -> list[Shelf]:
    """Return what is found for what somebody typed, by kind; nothing for nothing."""
    text = wanted(typed)
    return find_everywhere(text, language=language, limit=limit, actor=actor) if text else []


def find_items(query: str, language: str, limit: int, actor: Actor) -> Finds:
    found = items.closest_items(query, on=timezone.localdate(), limit=limit)
    rows = [
        Found(
            title=str(row.name),
            says=str(row.told),
            url=reverse("services:item", args=[row.version.slug]),
            icon="checklist",
            mark=organisation_name(row.authority),
        )
        for row in found.rows
    ]
    more = f"{reverse('services:items')}?{urlencode({'q': query})}"
    return Finds(rows, more, found.loosely, found.corrected)


def find_lookups(query: str, language: str, limit: int, actor: Actor) -> Finds:
    found, loosely = best(query, spoken_lookups(), limit=limit)
    rows = [
        Found(
            title=str(lookup.name),
            says=str(lookup.summary),
            url=reverse("services:lookup", args=[lookup.slug]),
            icon=lookup.icon,
            mark=organisation_name(lookup.authority),
        )
        for lookup in found
    ]
    return Finds(rows, reverse("services:lookups"), loosely)


def find_guides(query: str, language: str, limit: int, actor: Actor) -> Finds:
    found, loosely = best(query, spoken_guides(), limit=limit)
    rows = [
        Found(str(guide.name), str(guide.summary), reverse("services:bundle", args=[guide.slug]), guide.icon)
        for guide in found
    ]
    return Finds(rows, "", loosely)


def find_answers(query: str, language: str, limit: int, actor: Actor) -> Finds:
    """Help with the site first, then what items and guides answer themselves."""
    helps, loosely = best(query, spoken_help(), limit=limit)
    found = items.find_answers(query, on=timezone.localdate(), limit=limit)
    told = found.rows if found.share >= _LEAST_OF_AN_ANSWER else ()
    if helps and loosely and told and not found.loosely:
        helps = []
    rows = [*map(_help_found, helps), *map(_answer_found, told)][:limit]
    return Finds(rows, reverse("services:help"), loosely=(loosely or not helps) and (found.loosely or not told))


def _help_found(one: Help) -> Found:
    return Found(str(one.q), str(one.a), f"{reverse('services:help')}#{one.slug}", "help-circle")


def _answer_found(one: items.Answer) -> Found:
    page = reverse("services:bundle" if one.is_bundle else "services:item", args=[one.slug])
    return Found(str(one.q), str(one.a), f"{page}#faq-{one.number}", "message-question", str(one.about))


def find_open_data(query: str, language: str, limit: int, actor: Actor) -> Finds:
    """Datasets that are open, then entries of the catalogue that may be, as somebody finds them who isn't signed in."""
    hits = open_data.find(query, limit=limit)
    rows = [
        Found(
            title=hit.title,
            says=hit.summary,
            url=reverse("open:dataset", args=[hit.slug]),
            icon="chart-bar",
            mark=organisation_name(hit.owner),
        )
        for hit in hits
    ]
    more = f"{reverse('open:datasets')}?{urlencode({'q': query})}"
    if not hits:
        more = f"{reverse('catalogue:list')}?{urlencode({'search': query})}"
    return Finds([*rows, *_not_yet_open(query, limit - len(rows))], more)


def _not_yet_open(query: str, limit: int) -> list[Found]:
    """Return entries that society may have and nobody has opened yet."""
    entries = []
    for opening in _OPEN if limit > 0 else ():
        found = catalogue.find_resources(SIGNED_OUT, catalogue.Filters(search=query, opening_type=opening))
        entries += [] if found.loosely else list(found.rows[: MOST + limit])
    known = open_data.open_codes(entry.code for entry in entries) if entries else frozenset()
    return [
        Found(
            title=entry.title,
            says=entry.abstract,
            url=reverse("catalogue:resource", args=[entry.code]),
            icon="database",
            mark=organisation_name(entry.owner),
        )
        for entry in entries
        if entry.code not in known
    ][:limit]


def find_bodies(query: str, language: str, limit: int, actor: Actor) -> Finds:
    bodies = [
        body
        for body in city.organisations(level=_DEPARTMENTS)
        if _has(query, body.name, body.short_name, body.code, body.name_en)
    ]
    rows = [
        Found(
            title=organisation_name(body.code),
            says=body.code,
            url=reverse("city:organisation", args=[body.code]),
            icon="building-community",
        )
        for body in bodies[:limit]
    ]
    return Finds(rows, f"{reverse('city:organisations')}?{urlencode({'q': query})}")


def find_places(query: str, language: str, limit: int, actor: Actor) -> Finds:
    """Districts and streets by name or code; thousands of communities have a page of their own."""
    places = [place for level in (_DISTRICT, _STREET) for place in city.divisions(level=level)]
    rows = [
        Found(place.name, place.full_name, reverse("city:division", args=[place.code]), "map-2")
        for place in places
        if _has(query, place.name, place.name_en, place.code)
    ]
    return Finds(rows[:limit], f"{reverse('city:divisions')}?{urlencode({'q': query})}")


def _has(text: str, *names: str | None) -> bool:
    wanted_name = normalise(text).casefold()
    return any(wanted_name in name.casefold() for name in names if name)
