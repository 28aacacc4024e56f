"""The one form of a life event (一件事), as forms need to know it: those of its items that are in force, together."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from zlib import crc32

from django.urls import reverse

from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.forms.api import Offer, Wanted
from haihe.platforms.services.items import api as items
from haihe.platforms.services.items.api import Bundle, ItemDefinition

_VERSIONS = 2**31 - 1


type OfferOf = Callable[[ItemDefinition], Offer]


def bundle_offer(bundle: Bundle, *, on: date, offer_of: OfferOf) -> Offer | None:
    """Return the form of a life event; None where none of its items can be applied for today, or they don't fit."""
    slugs = [slug for step in bundle.steps_in_form for slug in step.items]
    taken = _taken(bundle, items.definitions_in_force(slugs, on=on))
    if not taken:
        return None
    try:
        form, shares = bundle_form(bundle, taken, offer_of=offer_of)
    except forms.FormError:
        # A version written here may ask in a way that doesn't go with the others; each item keeps its own form.
        return None
    return Offer(
        slug=items.offer_slug(bundle),
        version=_version(taken.values()),
        authority="",
        name=forms.Text(zh=bundle.name.zh, en=bundle.name.en),
        summary=forms.Text(zh=bundle.summary.zh, en=bundle.summary.en),
        form=form,
        channels=frozenset({forms.PHONE, forms.WINDOW}),
        promised_days=max(item.promised_days for item in taken.values()),
        shares=shares,
        page=reverse("services:bundle", args=[bundle.slug]),
    )


def bundle_form(
    bundle: Bundle, known: Mapping[str, ItemDefinition], *, offer_of: OfferOf
) -> tuple[forms.Form, tuple[forms.Share, ...]]:
    """Put the form together from those items that are known. Raises: FormError."""
    taken = _taken(bundle, known)
    wanted = [
        Wanted(offer_of(taken[slug]), items.condition_of(step, slug), bundle.gives(slug))
        for step in bundle.steps_in_form
        for slug in step.items
        if slug in taken
    ]
    return forms.together(wanted, choosing=items.choosing_section(bundle, taken))


def _taken(bundle: Bundle, known: Mapping[str, ItemDefinition]) -> dict[str, ItemDefinition]:
    slugs = [slug for step in bundle.steps_in_form for slug in step.items]
    return {slug: known[slug] for slug in slugs if slug in known and items.may_be_in_form(known[slug])}


def _version(taken: Iterable[ItemDefinition]) -> int:
    """Return a number that is another one as soon as one of the items has another version."""
    told = " ".join(f"{item.slug}:{item.version}" for item in taken)
    return crc32(told.encode()) & _VERSIONS
