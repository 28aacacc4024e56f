"""Whatever somebody chooses from a life event, each item gets exactly what its own form asks for, and nothing is asked
twice: of all seven life events as they ship.
"""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haihe.platforms.services.bundle_offers import bundle_form
from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.forms.together import SIGNATURE, share_values
from haihe.platforms.services.items import api as items
from haihe.platforms.services.items.tests.filling import filled
from haihe.platforms.services.offers import offer_of

TODAY = date(2026, 11, 26)
NUMBER = "SCJG-20261126-000001"
KNOWN = {item.slug: item for item in items.shipped()}
BUNDLES = {bundle.slug: bundle for bundle in items.bundles()}
FORMS = {slug: bundle_form(bundle, KNOWN, offer_of=offer_of) for slug, bundle in BUNDLES.items()}
SLUGS = sorted(BUNDLES)


def choices(form: forms.Form, chosen: set[str], bundle: items.Bundle) -> dict[str, Any]:
    """Say yes to these items, or pick them; no to all others."""
    said: dict[str, Any] = {}
    for step in bundle.steps_in_form:
        for slug in step.items:
            name = items.field_of(step, slug)
            if step.taken is items.Taken.EACH:
                said[name] = slug in chosen
            elif step.taken is items.Taken.ONE:
                said[name] = slug if slug in chosen else said.get(name)
    return said


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(SLUGS), st.data(), st.integers(0, 7))
def test_each_items_share_is_what_its_own_form_takes_and_nothing_else(
    slug: str, data: st.DataObject, turn: int
) -> None:
    bundle, (form, shares) = BUNDLES[slug], FORMS[slug]
    chosen = data.draw(st.sets(st.sampled_from([share.offer.slug for share in shares])))
    values = filled(form, turn=turn, today=TODAY, said=choices(form, chosen, bundle))
    cleaned = forms.clean(form, values, today=TODAY)
    assert cleaned.errors == {}
    assert cleaned.values == values
    assert form.accepts(values, today=TODAY)
    taken = forms.chosen(shares, values)
    numbers = {share.offer.slug: NUMBER for share in taken}
    used = set()
    for share in taken:
        said = share_values(share, values, today=TODAY, numbers=numbers)
        assert said.errors == {}, share.offer.slug
        assert share.offer.form.accepts(said.values, today=TODAY), share.offer.slug
        used |= {share.names[name] for name in said.values if share.given.get(name) not in numbers}
    about_all = {field.name for one in form.sections if one.name in ("items", "declaration") for field in one.fields}
    assert set(values) - used - about_all == set(), "something was asked that nobody gets"


@pytest.mark.parametrize("slug", SLUGS)
def test_nothing_is_asked_twice(slug: str) -> None:
    form, shares = FORMS[slug]
    shared = forms.shared_sections()
    labels = Counter(
        (section.name, field.name)
        for share in shares
        for section in share.offer.form.sections
        for field in section.fields
        if section.name in shared
    )
    assert any(count > 1 for count in labels.values()), "a life event shares something"
    for section, name in labels:
        asked = [field.name for one in form.sections for field in one.fields if field.label == form.field(name).label]
        assert name in {field.name for field in form.section(section).fields}
        assert asked.count(name) == 1
    assert [field.name for field in form.fields if field.kind is forms.Kind.SIGNATURE] == [SIGNATURE]


@pytest.mark.parametrize("slug", SLUGS)
def test_what_is_an_items_own_stands_in_a_part_named_after_it(slug: str) -> None:
    form, shares = FORMS[slug]
    titles = {section.name: str(section.title) for section in form.sections}
    for share in shares:
        assert titles[share.offer.slug] == str(share.offer.name)


def test_what_a_case_beside_answers_is_not_asked() -> None:
    form, shares = FORMS["company-opening"]
    registration = next(share for share in shares if share.given)
    asked = registration.names["name_receipt"]
    bundle = BUNDLES["company-opening"]
    alone = filled(form, turn=0, today=TODAY, said=choices(form, set(), bundle))
    both = filled(form, turn=0, today=TODAY, said=choices(form, {"company-name-declaration"}, bundle))
    assert asked in alone
    assert asked not in both
    said = share_values(registration, both, today=TODAY, numbers={"company-name-declaration": NUMBER})
    assert said.values["name_receipt"] == NUMBER


def test_an_answer_bears_the_same_name_whatever_stands_beside() -> None:
    bundle = BUNDLES["birth"]
    some = {slug: item for slug, item in KNOWN.items() if slug != "birth-registration"}
    fewer, _shares = bundle_form(bundle, some, offer_of=offer_of)
    assert {field.name for field in fewer.fields} <= {field.name for field in FORMS["birth"][0].fields}


def test_no_item_is_called_as_a_form_of_a_life_event_is_offered() -> None:
    assert [slug for slug in KNOWN if slug.startswith(items.PREFIX)] == []


@pytest.mark.parametrize("slug", SLUGS)
def test_a_life_event_has_three_answers_and_says_for_whom_each_choice_is(slug: str) -> None:
    bundle = BUNDLES[slug]
    assert len(bundle.faq) >= 4
    silent = [
        one
        for step in bundle.steps_in_form
        for one in step.items
        if step.taken is items.Taken.EACH and step.when_of(one) is None
    ]
    assert silent == []
