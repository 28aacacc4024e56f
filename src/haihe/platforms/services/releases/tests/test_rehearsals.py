"""The page at a release shows its last rehearsal to those who may see the release, and says how to do one."""

import msgspec
import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from haihe.data.sharing.testing import NOW
from haihe.kernel.tests.test_rehearsal_reports import GOOD
from haihe.platforms.services.releases.errors import NotFound
from haihe.platforms.services.releases.models import RehearsalReport
from haihe.platforms.services.releases.rehearsals import keep_rehearsal, release_to_rehearse
from haihe.platforms.services.releases.tests.test_a_release_is_written_by_one_and_approved_by_another import (
    WRITTEN,
    steward,
)
from haihe.platforms.services.releases.tests.test_pages import signed_in, slug

__all__ = ["slug", "steward"]
pytestmark = pytest.mark.django_db


def test_before_the_first_the_page_says_how(slug: str) -> None:
    page = signed_in("steward_gjj").get(reverse("releases:rehearsal", args=[slug])).content.decode()
    assert "还没有演练" in page
    assert f"haihe scoreday rehearse --release {slug}" in page


def test_the_last_one_is_shown_with_its_pictures(slug: str) -> None:
    keep_rehearsal(slug, msgspec.structs.replace(GOOD, errors=3), now=NOW)
    client = signed_in("approver_gjj")
    page = client.get(reverse("releases:rehearsal", args=[slug])).content.decode()
    assert "演练没有通过" in page
    keep_rehearsal(slug, GOOD, now=NOW)
    page = client.get(reverse("releases:rehearsal", args=[slug])).content.decode()
    assert "演练通过" in page
    assert page.count("<svg xmlns") == 2
    assert "<演示>" not in page
    assert "通过" in client.get(reverse("releases:release", args=[slug])).content.decode()


def test_a_copy_has_what_the_release_says_and_nobodys_result(slug: str) -> None:
    assert release_to_rehearse(slug) == (WRITTEN.content, WRITTEN.capacity_per_s)
    with pytest.raises(NotFound):
        release_to_rehearse("no-such-release")


def test_others_know_of_none_and_what_is_kept_stays(slug: str) -> None:
    keep_rehearsal(slug, GOOD, now=NOW)
    assert signed_in("steward_mzj").get(reverse("releases:rehearsal", args=[slug])).status_code == 404
    with pytest.raises(DatabaseError), transaction.atomic():
        RehearsalReport.objects.update(report={})
