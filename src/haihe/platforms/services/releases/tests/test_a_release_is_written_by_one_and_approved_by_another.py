"""Two persons, one moment: what the program that serves results reads is what somebody approved, and nothing else."""

import json
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from django.db import DatabaseError, connection, transaction

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.base.accounts.demo import plant as plant_people
from haihe.base.keys.api import keyring
from haihe.city.cast import CAST
from haihe.data.sharing.testing import NOW, cast_actor, granted, open_relief_details
from haihe.kernel.result_release import Content, ResultLine, Words, read_content
from haihe.platforms.services.releases.errors import InputRefused, NotFound, NotNow
from haihe.platforms.services.releases.models import ReleaseEvent, ResultRelease
from haihe.platforms.services.releases.operations import Written, check, move_release, rewrite_release, write_release
from haihe.platforms.services.releases.queries import SERVED_WITHIN, public_releases, release_for

pytestmark = pytest.mark.django_db

OFFICE = "120040"
WRITTEN = Written(
    slug="made-up-2026",
    content=Content(
        title=Words("模拟成绩查询", "Made-up results"),
        authority=Words("演示机构", "A made-up authority"),
        note=Words("数据都是虚构的", "All data are made up"),
        hotline="12345",
        service="relief-details",
        client="haihe-services-gjj",
        purpose="RESULT_RELEASE",
        number="relief_type",
        lines=(ResultLine("household_size", Words("人口", "Persons"), 30),),
    ),
    opens_at=NOW + timedelta(days=1),
    closes_at=NOW + timedelta(days=8),
    capacity_per_s=2000,
)


@pytest.fixture
def steward() -> Actor:
    plant_people(CAST, now=NOW, keyring=keyring())
    open_relief_details()
    granted(service="relief-details", claims=(), fields=("relief_type", "household_size"), purpose="RESULT_RELEASE")
    return cast_actor("steward_gjj")


def _write(steward: Actor) -> str:
    return write_release(actor=steward, organisation=OFFICE, written=WRITTEN, now=NOW).slug


def _approve(steward: Actor) -> str:
    slug = _write(steward)
    move_release(actor=steward, slug=slug, name="submit", now=NOW)
    move_release(actor=cast_actor("approver_gjj"), slug=slug, name="approve", now=NOW)
    return slug


def _served() -> list[str]:
    """Return what the program that serves results finds, in a form that it can read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT slug, content FROM scoreday_release")
        rows = cursor.fetchall()
    return [slug for slug, content in rows if read_content(json.loads(content)) == WRITTEN.content]


def test_only_what_is_approved_is_served(steward: Actor) -> None:
    slug = _write(steward)
    assert _served() == []
    move_release(actor=steward, slug=slug, name="submit", now=NOW)
    assert _served() == []
    move_release(actor=cast_actor("approver_gjj"), slug=slug, name="approve", now=NOW)
    assert _served() == [slug]
    move_release(actor=steward, slug=slug, name="stop", now=NOW, words="数据有误")
    assert _served() == []
    assert [event.name for event in ReleaseEvent.objects.all()] == ["write", "submit", "approve", "stop"]


def test_everybody_is_shown_the_way_once_it_leads_somewhere(steward: Actor) -> None:
    slug = _approve(steward)
    assert list(public_releases(NOW)) == []
    assert [release.slug for release in public_releases(NOW + SERVED_WITHIN)] == [slug]
    assert list(public_releases(WRITTEN.closes_at)) == []


def test_whoever_wrote_it_does_not_approve_it(steward: Actor) -> None:
    slug = _write(steward)
    move_release(actor=steward, slug=slug, name="submit", now=NOW)
    both = replace(steward, roles=steward.roles | {("APPROVER", OFFICE)})
    with pytest.raises(NotPermitted):
        move_release(actor=both, slug=slug, name="approve", now=NOW)
    with pytest.raises(NotPermitted):
        move_release(actor=steward, slug=slug, name="approve", now=NOW)
    # And whatever a program does, the database doesn't take it.
    with pytest.raises(DatabaseError), transaction.atomic():
        ResultRelease.objects.update(state="APPROVED", approved_by=steward.user_id)


def test_the_moment_of_an_approved_release_cant_be_moved(steward: Actor) -> None:
    slug = _approve(steward)
    with pytest.raises(NotNow):
        rewrite_release(actor=steward, slug=slug, written=replace(WRITTEN, opens_at=NOW), now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        ResultRelease.objects.update(opens_at=NOW)
    move_release(actor=steward, slug=slug, name="stop", now=NOW, words="改期")
    move_release(actor=steward, slug=slug, name="rewrite", now=NOW)
    later = rewrite_release(
        actor=steward, slug=slug, written=replace(WRITTEN, opens_at=NOW + timedelta(days=2)), now=NOW
    )
    assert (later.state, later.approved_by) == ("DRAFT", None)


def test_without_a_grant_for_all_its_lines_it_is_not_even_submitted(steward: Actor) -> None:
    lines = (ResultLine("monthly_amount_yuan", Words("金额", "Amount")),)
    written = replace(WRITTEN, content=msgspec.structs.replace(WRITTEN.content, lines=lines))
    slug = write_release(actor=steward, organisation=OFFICE, written=written, now=NOW).slug
    with pytest.raises(InputRefused):
        move_release(actor=steward, slug=slug, name="submit", now=NOW)
    assert ResultRelease.objects.get().state == "DRAFT"


def test_under_another_purpose_it_is_not_submitted_since_systems_could_ask_early(steward: Actor) -> None:
    granted(service="relief-details", claims=(), fields=("relief_type", "household_size"), purpose="ASSESSMENT")
    written = replace(WRITTEN, content=msgspec.structs.replace(WRITTEN.content, purpose="ASSESSMENT"))
    slug = write_release(actor=steward, organisation=OFFICE, written=written, now=NOW).slug
    with pytest.raises(InputRefused):
        move_release(actor=steward, slug=slug, name="submit", now=NOW)


@pytest.mark.parametrize(
    "changes",
    [{"closes_at": WRITTEN.opens_at}, {"closes_at": WRITTEN.opens_at - timedelta(seconds=1)}],
    ids=["at once", "before"],
)
def test_it_opens_before_it_closes(steward: Actor, changes: dict[str, object]) -> None:
    with pytest.raises(InputRefused):
        write_release(actor=steward, organisation=OFFICE, written=replace(WRITTEN, **changes), now=NOW)  # type: ignore[arg-type]  # a table of changes


def test_a_release_over_already_is_not_approved(steward: Actor) -> None:
    slug = _write(steward)
    move_release(actor=steward, slug=slug, name="submit", now=NOW)
    with pytest.raises(InputRefused):
        move_release(actor=cast_actor("approver_gjj"), slug=slug, name="approve", now=WRITTEN.closes_at)


def test_no_address_twice(steward: Actor) -> None:
    _write(steward)
    with pytest.raises(InputRefused):
        _write(steward)


def test_another_office_knows_of_none(steward: Actor) -> None:
    slug = _write(steward)
    for username in ("steward_mzj", "approver_mzj", "outsider", "clerk_gjj", "liu"):
        with pytest.raises(NotFound):
            release_for(cast_actor(username), slug)
        with pytest.raises((NotFound, NotPermitted)):
            move_release(actor=cast_actor(username), slug=slug, name="submit", now=NOW)
    for username in ("operator", "auditor"):
        assert release_for(cast_actor(username), slug).slug == slug
        with pytest.raises(NotPermitted):
            move_release(actor=cast_actor(username), slug=slug, name="submit", now=NOW)


def test_to_stop_it_needs_a_reason(steward: Actor) -> None:
    slug = _approve(steward)
    with pytest.raises(InputRefused):
        move_release(actor=steward, slug=slug, name="stop", now=NOW, words="  ")
    assert _served() == [slug]


def test_what_is_kept_is_what_the_program_reads(steward: Actor) -> None:
    row = ResultRelease.objects.get(slug=_write(steward))
    assert read_content(row.content) == WRITTEN.content
    check(row, now=NOW)
