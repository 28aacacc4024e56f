"""Judged searches: what people type finds what they want among the first five."""

import tomllib
from pathlib import Path

import pytest

from haihe.city.testing import load_departments
from haihe.platforms.services.items import bundles, reading
from haihe.platforms.services.items.finding import Filters, find_items
from haihe.platforms.services.items.operations import load_items
from haihe.platforms.services.items.testing import NOW

_HERE = Path(__file__).parent
THIRD = tomllib.loads((_HERE / "judged_third.toml").read_text(encoding="utf-8"))["queries"]
LEAST_RECALL_OF_THIRD = 0.8
"""As found when first asked; nothing was changed for them. The search before this one found 0.74 of them."""
SECOND = tomllib.loads((_HERE / "judged_second.toml").read_text(encoding="utf-8"))["queries"]
LEAST_RECALL_OF_SECOND = 0.97
"""0.75 when first asked; words were added with them in view since."""
JUDGED = tomllib.loads((_HERE / "judged.toml").read_text(encoding="utf-8"))["queries"]
LEAST_RECALL = 0.97
LIFE_EVENTS = {"birth", "school", "employment", "flat", "retirement", "company-opening", "company-closing"}


def recall(query: str, wants: list[str]) -> float:
    """Return the share of the wanted items that are among the first five."""
    rows = find_items(Filters(q=query), on=NOW.date()).rows[:5]
    return len({row.version.slug for row in rows} & set(wants)) / len(wants)


def test_what_was_judged_is_there() -> None:
    known = {item.slug for item in reading.shipped()}
    assert len(JUDGED) >= 60
    assert len(SECOND) == len(THIRD) == 40
    assert {want for query in (*JUDGED, *SECOND, *THIRD) for want in query["wants"]} <= known


@pytest.mark.django_db
def test_people_find_what_they_want_among_the_first_five() -> None:
    load_departments()
    load_items()
    for judged, least in (
        (JUDGED, LEAST_RECALL),
        (SECOND, LEAST_RECALL_OF_SECOND),
        (THIRD, LEAST_RECALL_OF_THIRD),
    ):
        found = {query["q"]: recall(query["q"], query["wants"]) for query in judged}
        poor = {query: share for query, share in found.items() if share < 1}
        assert sum(found.values()) / len(found) >= least, poor


def test_the_seven_life_events_lead_over_items_that_there_are() -> None:
    known = {item.slug: item for item in reading.shipped()}
    told = {bundle.slug: bundle for bundle in bundles.bundles()}
    assert told.keys() == LIFE_EVENTS
    for bundle in told.values():
        assert set(bundle.items) <= known.keys(), bundle.slug
        assert len(bundle.steps) >= 4
        assert len(bundle.faq) >= 2
        # Each leads over something that is worked out in full.
        assert any(known[slug].checks for slug in bundle.items), bundle.slug
