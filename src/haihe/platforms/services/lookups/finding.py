"""The finders behind the search box: items, lookups, guides, and what of the catalogue is open to society."""

from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts.api import SIGNED_OUT, Actor
from haihe.data.catalogue import api as catalogue
from haihe.platforms.services.items import api as items
from haihe.platforms.services.items.api import wanted
from haihe.platforms.services.items.ports import Finds, Found, Shelf, find_everywhere
from haihe.platforms.services.lookups.matching import best, spoken_guides, spoken_lookups
from haihe.platforms.services.wording import organisation_name

MOST: Final = 6
"""How many of each kind a page shows, and all kinds together suggest."""
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
    return Finds(rows, f"{reverse('services:items')}?{urlencode({'q': query})}", found.loosely)


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


def find_open_data(query: str, language: str, limit: int, actor: Actor) -> Finds:
    """Only what society may have, as somebody would find it who isn't signed in."""
    rows, more = [], reverse("catalogue:list")
    for opening in _OPEN:
        found = catalogue.find_resources(SIGNED_OUT, catalogue.Filters(search=query, opening_type=opening))
        rows += [] if found.loosely else list(found.rows[:limit])
    finds = [
        Found(
            row.title,
            row.abstract,
            reverse("catalogue:resource", args=[row.code]),
            "database",
            organisation_name(row.owner),
        )
        for row in rows[:limit]
    ]
    return Finds(finds, f"{more}?{urlencode({'search': query})}")
