"""Find things by name across the city's public knowledge: items, data resources, public bodies, places."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haihe.city import api as city
from haihe.kernel.text import normalise
from haihe.platforms.services import api as services

LONGEST = 40
MOST = 20
_STREET = 4


@dataclass(frozen=True, slots=True)
class Find:
    """One thing found."""

    name: str
    hint: str
    url: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """The finds of one kind, at most `MOST`; `more` leads to the full search of that kind."""

    title: str | Promise
    icon: str
    finds: tuple[Find, ...]
    more: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What was asked, and the shelves that hold something."""

    text: str
    shelves: tuple[Shelf, ...]


def search_page(text: str) -> SearchPage:
    """Return what is found for the text; nothing for an empty one."""
    wanted = normalise(text.replace("\x00", ""))[:LONGEST]
    shelves = (_items(wanted), _bodies(wanted), _places(wanted)) if wanted else ()
    return SearchPage(wanted, tuple(shelf for shelf in shelves if shelf.finds))


def _items(wanted: str) -> Shelf:
    found = services.items(wanted, most=MOST)
    finds = tuple(Find(item.name, item.summary, reverse("services:item", args=[item.slug])) for item in found)
    return Shelf(_("事项"), "checklist", finds, f"{reverse('services:items')}?{urlencode({'q': wanted})}")


def _bodies(wanted: str) -> Shelf:
    found = [body for body in city.organisations(level=2) if _speaks_of(wanted, body.name, body.short_name, body.code)]
    finds = tuple(Find(body.name, body.code, reverse("city:organisation", args=[body.code])) for body in found[:MOST])
    return Shelf(_("机构"), "building-community", finds, f"{reverse('city:organisations')}?q={wanted}")


def _places(wanted: str) -> Shelf:
    places = [place for level in range(2, _STREET + 1) for place in city.divisions(level=level)]
    found = [place for place in places if _speaks_of(wanted, place.name, place.name_en, place.code)]
    finds = tuple(Find(place.name, place.full_name, reverse("city:division", args=[place.code])) for place in found)
    return Shelf(_("区划"), "map-2", finds[:MOST], f"{reverse('city:divisions')}?q={wanted}")


def _speaks_of(wanted: str, *texts: str) -> bool:
    return any(wanted.casefold() in text.casefold() for text in texts)
