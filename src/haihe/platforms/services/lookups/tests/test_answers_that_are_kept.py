"""An answer may be shown again to the same person for a while, and never longer than its grant lets it."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haihe.base.accounts.api import Actor, actor_for
from haihe.base.accounts.models import User
from haihe.data.sharing.models import Grant, Service
from haihe.data.sharing.workflow import GrantState
from haihe.platforms.services.lookups import operations, reading
from haihe.platforms.services.lookups.keeping import kept_answer
from haihe.platforms.services.lookups.models import LookupTry, OwnLookup
from haihe.platforms.services.lookups.records import Told
from haihe.platforms.services.lookups.testing import NOW, citizen, knows_nobody, owner_of, tells
from haihe.platforms.services.lookups.tests.conftest import City

pytestmark = pytest.mark.django_db
BALANCE = reading.lookup("housing-fund-balance")
VALUES = {"balance_yuan": "38416.72", "fund_status": "正常", "branch": "河西管理部", "opened_on": "2011"}


def asked(actor: Actor, at: datetime, slug: str = BALANCE.slug) -> Told:
    return operations.ask(actor=actor, slug=slug, typed="", querier=tells(**VALUES), now=at)


def grant_of(slug: str = BALANCE.service) -> Grant:
    return Grant.objects.get(service__slug=slug)


def test_it_is_shown_again_to_the_same_person_only(planted: City) -> None:
    liu, at = citizen("liu"), planted.now
    told = asked(liu, at)
    again = kept_answer(liu, BALANCE, now=at + timedelta(minutes=9))
    assert again is not None
    assert (dict(again.values), again.evidence, again.as_of, again.is_kept) == (VALUES, told.evidence, told.as_of, True)
    assert kept_answer(citizen("zhang"), BALANCE, now=at) is None
    assert kept_answer(liu, BALANCE, now=at + timedelta(seconds=BALANCE.keep_s)) is None


def test_it_lies_sealed(planted: City) -> None:
    asked(citizen("liu"), planted.now)
    sealed = bytes(OwnLookup.objects.get().sealed_answer or b"")
    assert sealed
    assert b"38416" not in sealed


def test_one_moved_into_anothers_row_opens_for_nobody(planted: City) -> None:
    liu, zhang = citizen("liu"), citizen("zhang")
    asked(liu, planted.now)
    asked(zhang, planted.now)
    stolen = OwnLookup.objects.get(owner=owner_of(liu)).sealed_answer
    OwnLookup.objects.filter(owner=owner_of(zhang)).update(sealed_answer=stolen)
    assert kept_answer(zhang, BALANCE, now=planted.now) is None
    row = OwnLookup.objects.get(owner=owner_of(liu))
    OwnLookup.objects.filter(owner=owner_of(zhang)).delete()
    OwnLookup.objects.filter(pk=row.pk).update(owner=owner_of(zhang))
    assert kept_answer(zhang, BALANCE, now=planted.now) is None


def test_one_that_may_not_be_kept_isnt(planted: City) -> None:
    points = reading.lookup("driving-points")
    told = operations.ask(actor=citizen("liu"), slug=points.slug, typed="", querier=tells(points=3), now=planted.now)
    assert told.kept_until is None
    assert OwnLookup.objects.get().sealed_answer is None


def test_a_new_answer_replaces_it_and_none_is_left_where_nothing_was_found(planted: City) -> None:
    liu = citizen("liu")
    asked(liu, planted.now)
    operations.ask(actor=liu, slug=BALANCE.slug, typed="", querier=knows_nobody(), now=planted.now)
    assert kept_answer(liu, BALANCE, now=planted.now) is None
    assert OwnLookup.objects.get().sealed_answer is None


@pytest.mark.parametrize(
    "changes",
    [
        {"state": GrantState.SUSPENDED, "suspended_by": "OWNER_APPROVER"},
        {"state": GrantState.TERMINATED, "ended_at": NOW},
    ],
)
def test_a_grant_that_was_suspended_or_ended_hides_it_at_once(planted: City, changes: dict[str, object]) -> None:
    liu = citizen("liu")
    asked(liu, planted.now)
    Grant.objects.filter(pk=grant_of().pk).update(**changes)
    assert kept_answer(liu, BALANCE, now=planted.now) is None


def test_a_service_that_stopped_and_a_mask_that_was_drawn_closer_hide_it(planted: City) -> None:
    liu = citizen("liu")
    asked(liu, planted.now)
    service = Service.objects.get(slug=BALANCE.service)
    Service.objects.filter(pk=service.pk).update(enabled=False)
    assert kept_answer(liu, BALANCE, now=planted.now) is None
    closer = service.fields | {"balance_yuan": {"mask": "bucket", "step": 10000}}
    Service.objects.filter(pk=service.pk).update(enabled=True, fields=closer)
    assert kept_answer(liu, BALANCE, now=planted.now) is None


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ends_in_s=st.integers(1, 1200), looked_in_s=st.integers(0, 1300))
def test_whenever_it_is_looked_at_it_outlives_neither_its_grant_nor_its_time(
    planted: City, liu: User, ends_in_s: int, looked_in_s: int
) -> None:
    actor, at = actor_for("liu"), grant_of().valid_until - timedelta(seconds=ends_in_s)
    LookupTry.objects.all().delete()
    told = asked(actor, at)
    assert told.kept_until == at + timedelta(seconds=min(ends_in_s, BALANCE.keep_s))
    shown = kept_answer(actor, BALANCE, now=at + timedelta(seconds=looked_in_s))
    assert (shown is not None) == (looked_in_s < min(ends_in_s, BALANCE.keep_s))


def test_what_is_over_is_forgotten(planted: City) -> None:
    asked(citizen("liu"), planted.now)
    later = planted.now + timedelta(days=3)
    assert operations.forget_old(now=later) == 2
    row = OwnLookup.objects.get()
    assert (row.sealed_answer, row.kept_until, row.asked_at) == (None, None, planted.now)
    assert not LookupTry.objects.exists()
