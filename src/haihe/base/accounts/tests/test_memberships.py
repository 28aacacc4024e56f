"""A role counts from the day it was given until the moment it ends, and not a click longer."""

from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from haihe.base.accounts import api as accounts
from haihe.base.accounts.models import Membership, User
from haihe.base.accounts.testing import make_user

pytestmark = pytest.mark.django_db
CIVIL_AFFAIRS = "120012"


def test_a_membership_gives_its_role_in_its_organisation_only() -> None:
    make_user("steward", ("STEWARD", CIVIL_AFFAIRS))
    actor = accounts.actor_for("steward")
    assert actor.has("STEWARD", CIVIL_AFFAIRS)
    assert not actor.has("STEWARD", "120040")
    assert actor.organisations("STEWARD") == {CIVIL_AFFAIRS}


@pytest.mark.parametrize(("starts", "ends"), [(-10, -1), (1, None), (-10, 0)])
def test_a_membership_counts_only_within_its_term(starts: int, ends: int | None) -> None:
    now = timezone.now()
    user = make_user("steward")
    Membership.objects.create(
        user=user,
        role="STEWARD",
        organisation=CIVIL_AFFAIRS,
        valid_from=now + timedelta(days=starts),
        valid_until=None if ends is None else now + timedelta(days=ends),
    )
    assert accounts.actor_for("steward", now=now).roles == frozenset()


def test_someone_who_was_dismissed_acts_no_longer() -> None:
    user = make_user("gone", ("STEWARD", CIVIL_AFFAIRS))
    User.objects.filter(pk=user.pk).update(is_active=False)
    with pytest.raises(User.DoesNotExist):
        accounts.actor_for("gone")
    request = RequestFactory().get("/")
    request.user = User.objects.get(pk=user.pk)
    assert accounts.actor_of(request) is accounts.SIGNED_OUT


def test_a_request_without_a_person_is_signed_out() -> None:
    assert not accounts.actor_of(RequestFactory().get("/")).is_signed_in
