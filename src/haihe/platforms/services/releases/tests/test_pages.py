"""Each page of releases with who may open it, and the way from writing to opening through the pages."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts.models import User
from haihe.base.accounts.testing import make_actor
from haihe.city.cast import CAST
from haihe.data.sharing.testing import cast_actor
from haihe.platforms.services.releases.models import ResultRelease
from haihe.platforms.services.releases.operations import write_release
from haihe.platforms.services.releases.tests.test_a_release_is_written_by_one_and_approved_by_another import (
    OFFICE,
    WRITTEN,
    steward,
)

__all__ = ["steward"]
pytestmark = pytest.mark.django_db

READERS = {"steward_gjj", "approver_gjj", "operator", "auditor"}
OTHERS = {"steward_mzj", "approver_mzj", "outsider"}
"""They see a list, and nothing of others on it."""
NOBODY = "nobody"
FORM = {
    "slug": "gaokao-2026", "title_zh": "高考成绩", "title_en": "Results", "authority_zh": "考试院",
    "authority_en": "Authority", "note_zh": "请核对", "note_en": "Please check", "hotline": "12345",
    "service": "relief-details", "client": "haihe-services-gjj", "purpose": "RESULT_RELEASE", "number": "relief_type",
    "lines": "household_size,人口,Persons,30\n", "opens_at": "2099-06-24T12:00", "closes_at": "2099-07-24T12:00",
    "capacity_per_s": "2000",
}  # fmt: skip


def signed_in(username: str) -> Client:
    client = Client()
    if username != NOBODY:
        client.force_login(User.objects.get(username=username))
    return client


@pytest.fixture
def slug(steward: object) -> str:
    return write_release(actor=cast_actor("steward_gjj"), organisation=OFFICE, written=WRITTEN, now=timezone.now()).slug


@pytest.mark.parametrize("username", [NOBODY, *(person.username for person in CAST)])
def test_who_may_open_what(slug: str, username: str) -> None:
    client = signed_in(username)
    shut = 302 if username == NOBODY else 403
    listed = 200 if username in READERS | OTHERS else shut
    assert client.get(reverse("releases:list")).status_code == listed
    one = 200 if username in READERS else 404 if username in OTHERS else shut
    assert client.get(reverse("releases:release", args=[slug])).status_code == one
    writes = username in {"steward_gjj", "steward_mzj", "outsider"}
    assert client.get(reverse("releases:new")).status_code == (200 if writes else shut)
    edits = 200 if username == "steward_gjj" else 404 if writes else shut
    assert client.get(reverse("releases:edit", args=[slug])).status_code == edits


def test_from_the_form_to_the_approval(steward: object) -> None:
    writer, approver = signed_in("steward_gjj"), signed_in("approver_gjj")
    written = writer.post(reverse("releases:new"), FORM)
    assert written.status_code == 302
    page = reverse("releases:release", args=["gaokao-2026"])
    assert "高考成绩" in writer.get(page).content.decode()
    writer.post(reverse("releases:move", args=["gaokao-2026", "submit"]))
    told = approver.get(page).content.decode()
    assert "批准" in told
    approver.post(reverse("releases:move", args=["gaokao-2026", "approve"]))
    release = ResultRelease.objects.get()
    assert (release.state, timezone.localtime(release.opens_at).hour) == ("APPROVED", 12)
    assert "立即停止" in writer.get(page).content.decode()


@pytest.mark.parametrize(
    ("name", "value"),
    [("lines", "household_size;人口"), ("lines", " \n"), ("slug", "Gaokao 2026"), ("opens_at", "明天"),
     ("capacity_per_s", "0"), ("hotline", "<script>"), ("closes_at", "2099-06-24T12:00")],
)  # fmt: skip
def test_what_cant_be_right_is_shown_beside_what_was_written(steward: object, name: str, value: str) -> None:
    answer = signed_in("steward_gjj").post(reverse("releases:new"), FORM | {name: value})
    assert answer.status_code == 422
    assert "高考成绩" in answer.content.decode()
    assert not ResultRelease.objects.exists()


def test_a_draft_comes_back_as_it_was_written(slug: str) -> None:
    client = signed_in("steward_gjj")
    page = client.get(reverse("releases:edit", args=[slug])).content.decode()
    assert "household_size,人口,Persons,30" in page
    again = client.post(reverse("releases:edit", args=[slug]), FORM | {"slug": slug, "title_zh": "改过的标题"})
    assert again.status_code == 302
    assert ResultRelease.objects.get().told.title.zh == "改过的标题"


def test_who_has_no_grant_is_told_so_before_anybody_approves(steward: object) -> None:
    make_actor("steward_other", ("STEWARD", "120007"))
    client = signed_in("steward_other")
    client.post(reverse("releases:new"), FORM)
    assert "没有覆盖这些字段" in client.get(reverse("releases:release", args=["gaokao-2026"])).content.decode()
