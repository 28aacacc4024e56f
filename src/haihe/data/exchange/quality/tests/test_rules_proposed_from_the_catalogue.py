"""Any entry of the catalogue becomes rules without anybody writing a file; a steward confirms them."""

from datetime import datetime

import pytest
from django.db import DatabaseError, transaction

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.data.exchange.quality import api, rulebook
from haihe.data.exchange.quality.models import RuleVersion
from haihe.data.exchange.quality.operations import rules as operations
from haihe.data.exchange.quality.ruleset import CheckKind, RuleSet, Severity
from haihe.data.exchange.quality.testing import confirmed, published_organisations
from haihe.data.exchange.rules import Column, Kind, NoRules, Personal
from haihe.data.exchange.testing import RELIEF

pytestmark = pytest.mark.django_db


@pytest.fixture
def resource(now: datetime) -> str:
    return published_organisations(now=now)


@pytest.fixture
def proposed(resource: str, steward: Actor, now: datetime) -> RuleSet:
    return rulebook.contents_of(operations.propose_rules(steward, resource, now=now))


def column(ruleset: RuleSet, field: str) -> Column:
    return next(each for each in ruleset.schema.columns if each.field == field)


@pytest.mark.parametrize(
    ("field", "kind", "personal"),
    [
        ("code", Kind.CREDIT_CODE, Personal.NONE),
        ("name", Kind.TEXT, Personal.NONE),
        ("kind", Kind.CODE, Personal.NONE),
        ("division", Kind.DIVISION, Personal.NONE),
        ("beds", Kind.INTEGER, Personal.NONE),
        ("fee", Kind.DECIMAL, Personal.NONE),
        ("opened_on", Kind.DATE, Personal.NONE),
        ("longitude", Kind.TEXT, Personal.NONE),
        ("phone", Kind.TEXT, Personal.NONE),
        ("manager", Kind.TEXT, Personal.NAME),
        ("manager_id", Kind.ID_NUMBER, Personal.SUBJECT),
        ("active", Kind.CODE, Personal.NONE),
        ("note", Kind.TEXT, Personal.SEALED),
    ],
)
def test_each_item_gets_its_kind_and_its_cover(proposed: RuleSet, field: str, kind: Kind, personal: Personal) -> None:
    found = column(proposed, field)
    assert (found.kind, found.personal) == (kind, personal)


def test_code_lists_lengths_and_demands_come_along(proposed: RuleSet) -> None:
    assert column(proposed, "kind").options == ("城镇职工", "城乡居民")
    assert column(proposed, "name").max_length == 100
    assert column(proposed, "name").required
    assert not column(proposed, "beds").required
    assert column(proposed, "beds").aliases == ("beds",)


def test_an_item_called_like_a_column_of_ours_is_renamed(proposed: RuleSet) -> None:
    assert column(proposed, "line_value").title == "所属线路"


def test_what_the_exchange_has_no_kind_for_is_looked_at_by_a_pattern(proposed: RuleSet) -> None:
    patterns = {check.fields[0] for check in proposed.checks if check.kind == CheckKind.PATTERN}
    assert patterns == {"longitude", "phone"}


def test_a_register_half_as_large_as_before_would_wait(proposed: RuleSet) -> None:
    size = next(check for check in proposed.checks if check.kind == CheckKind.ROWS)
    assert (size.severity, size.limit) == (Severity.HOLD, 50)


def test_rules_count_only_once_they_are_confirmed(resource: str, steward: Actor, now: datetime) -> None:
    operations.propose_rules(steward, resource, now=now)
    with pytest.raises(NoRules):
        api.rules_of(resource)
    version = confirmed(steward, resource, now=now)
    assert api.rules_of(resource).title == "养老机构名录"
    assert (version.number, version.confirmed_by) == (1, steward.name)
    assert resource in api.rules_of_all()


def test_a_confirmed_version_takes_the_place_of_the_shipped_rules(steward: Actor, now: datetime) -> None:
    before = api.rules_of(RELIEF)
    operations.begin_draft(steward, RELIEF, now=now)
    draft = rulebook.draft_of(RELIEF)
    assert draft is not None
    assert rulebook.contents_of(draft).schema == before
    operations.confirm_draft(steward, RELIEF, seen=operations.digest_of(draft.contents), now=now)
    current = rulebook.current_version(RELIEF)
    assert current is not None
    assert api.rules_of(RELIEF) == before


def test_nobody_changes_a_confirmed_version(resource: str, steward: Actor, now: datetime) -> None:
    version = confirmed(steward, resource, now=now)
    kept = RuleVersion.objects.filter(pk=version.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        kept.update(contents={})
    with pytest.raises(DatabaseError), transaction.atomic():
        kept.delete()
    with pytest.raises(operations.NoSuchRules):
        operations.edit_draft(steward, resource, rulebook.contents_of(version), now=now)


def test_what_changed_after_one_looked_is_not_confirmed(resource: str, steward: Actor, now: datetime) -> None:
    operations.propose_rules(steward, resource, now=now)
    with pytest.raises(operations.ChangedMeanwhile):
        operations.confirm_draft(steward, resource, seen="of yesterday", now=now)


def test_only_the_owners_stewards_make_rules(resource: str, operator: Actor, outsider: Actor, now: datetime) -> None:
    for who in (operator, outsider):
        with pytest.raises(NotPermitted):
            operations.propose_rules(who, resource, now=now)
        with pytest.raises(NotPermitted):
            operations.confirm_draft(who, resource, seen="", now=now)
    assert not RuleVersion.objects.exists()


def test_a_second_draft_takes_the_place_of_the_first(resource: str, steward: Actor, now: datetime) -> None:
    for _ in range(2):
        operations.propose_rules(steward, resource, now=now)
    assert RuleVersion.objects.count() == 1
    operations.drop_draft(steward, resource)
    assert not RuleVersion.objects.exists()
