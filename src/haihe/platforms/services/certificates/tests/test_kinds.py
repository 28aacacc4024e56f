"""The kinds that ship: each is the result of real items, and takes its fields from what their forms really have."""

import pytest

from haihe.city import api as city
from haihe.platforms.services.certificates import definitions
from haihe.platforms.services.certificates.definitions import (
    KindRefused,
    kind_for_item,
    kinds_for_paper,
    parse,
    shipped,
)
from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.items import api as items
from haihe.platforms.services.items.api import ItemDefinition, Proof

ITEMS = {item.slug: item for item in items.shipped()}
SPECIAL = frozenset({"@credit_code", "@company_name", "@representative", "@other", "@decided_on"})


def _fields(item: ItemDefinition) -> set[str]:
    return {field.name for field in forms.parse(item.form).fields}


def test_there_are_kinds_enough_for_the_city() -> None:
    assert len(shipped()) >= 15
    assert {"business-licence", "disability-card", "relief-certificate", "residence-permit"} <= shipped().keys()


@pytest.mark.parametrize("slug", sorted(shipped()))
def test_a_kind_is_the_result_of_items_of_its_issuer(slug: str) -> None:
    kind = shipped()[slug]
    assert {ITEMS[item].authority for item in kind.items} == {kind.issuer}


@pytest.mark.parametrize("slug", sorted(shipped()))
def test_every_source_is_a_field_of_one_of_its_forms(slug: str) -> None:
    kind = shipped()[slug]
    asked = set[str]().union(*(_fields(ITEMS[item]) for item in kind.items))
    sources = {name for field in kind.fields for name in field.source}
    sources |= {name for holder in kind.held_by for name in (*holder.name, *holder.number)}
    sources |= {kind.until} if kind.until else set()
    named = {name.removeprefix("@rows:") for name in sources - SPECIAL}
    assert named <= asked | {"organisation_name", "child_name"}


@pytest.mark.parametrize("slug", sorted(shipped()))
def test_every_form_says_who_holds_it(slug: str) -> None:
    kind = shipped()[slug]
    for item in kind.items:
        first = kind.held_by[0]
        assert _fields(ITEMS[item]) & {name.removeprefix("@") for name in first.name}, item


def test_an_item_has_one_kind_of_result() -> None:
    named = [item for kind in shipped().values() for item in kind.items]
    assert len(named) == len(set(named))


def test_papers_that_certificates_stand_for_are_papers_of_items() -> None:
    known = {paper.slug for item in ITEMS.values() for paper in item.papers}
    assert {paper for kind in shipped().values() for paper in kind.papers} <= known


def test_most_papers_that_say_so_are_covered() -> None:
    asked = {paper.slug for item in ITEMS.values() for paper in item.papers if paper.proof is Proof.CERTIFICATE}
    covered = {slug for slug in asked if kinds_for_paper(slug)}
    assert len(covered) >= 14
    assert {"business-licence", "household-register", "property-certificate"} <= covered


def test_what_ends_with_a_kind_is_a_kind() -> None:
    assert {slug for kind in shipped().values() for slug in kind.ends} <= shipped().keys()


@pytest.mark.django_db
def test_every_issuer_is_a_body_of_the_city() -> None:
    known = {kind.issuer for kind in shipped().values()}
    assert all(len(code) == 6 and code.startswith("1200") for code in known)
    assert city.organisation("nobody") is None


def test_items_without_a_kind_have_none() -> None:
    assert kind_for_item("housing-fund-relief-withdrawal") is None
    found = kind_for_item("company-registration")
    assert found is not None
    assert found.slug == "business-licence"


WHOLE = (definitions.FOLDER / "veteran-card.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('prefix = "YDZ"', 'prefix = "y"'),
        ('code = "120026-ZZ-0001"', 'code = "120011-ZZ-0001"'),
        ('name = "holder_kind"', 'name = "Holder Kind"'),
        ('shown = "PLAIN"', 'shown = "MASKED"'),
        ('shown = "PLAIN"', 'mask = "name"'),
        ('source = ["holder_kind"]', "source = []"),
        ('holder = "PERSON"', 'holder = "DOG"'),
        ("version = 1", "version = 1\nyears = 2\nuntil = 'x'"),
        ("version = 1", "version = 1\nunknown = 2"),
        ("version = 1", 'version = 1\nmints = { some-item = "92120000" }'),
    ],
)
def test_a_file_that_is_wrong_is_refused(before: str, after: str) -> None:
    assert before in WHOLE
    with pytest.raises(KindRefused):
        parse(WHOLE.replace(before, after, 1))
