"""Articles 12 to 17 by the calendar, holidays and 调休 counted; reminders before a deadline, the authority past it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from haihe.base.accounts.api import NotPermitted
from haihe.base.notices.models import Notice
from haihe.base.outbox.testing import announced
from haihe.data.catalogue import operations
from haihe.data.catalogue.contents import entry_of
from haihe.data.catalogue.demo.entries import RELIEF_REGISTER
from haihe.data.catalogue.errors import EntryRefused, NotNow, ResourceNotFound
from haihe.data.catalogue.models import Resource, ResourceVersion, Revision
from haihe.data.catalogue.operations.watching import tell_of_yesterday, watch_clocks
from haihe.data.catalogue.testing import NOW, RELIEF, cast_actor, publish_entry
from haihe.data.catalogue.workflow import PUBLICATION_CLOCK, UPDATE_CLOCK, UPDATE_EXTENSION

pytestmark = pytest.mark.django_db
STEWARD, HEAD, CENTRE = "steward_mzj", "approver_mzj", "operator"


def at(day: date, hour: int = 2) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def opened(changed_on: date, *, cause: str = "LAW", who: str = STEWARD, now: datetime | None = None) -> Revision:
    found = operations.open_revision(
        actor=cast_actor(who),
        code=RELIEF,
        cause=cause,
        basis="《社会救助法》施行",
        changed_on=changed_on,
        now=now or at(changed_on),
    )
    return Revision.objects.get(pk=found)


def move(revision: Revision, who: str, name: str, now: datetime, words: str = "") -> Revision:
    operations.move_revision(actor=cast_actor(who), revision_id=revision.pk, name=name, now=now, words=words)
    return Revision.objects.get(pk=revision.pk)


def publish_update(revision: Revision, day: date) -> None:
    for who, name in ((STEWARD, "submit"), (HEAD, "approve"), (CENTRE, "publish")):
        move(revision, who, name, at(day))


def test_the_figures_are_the_laws() -> None:
    assert [clock.ceiling for clock in (PUBLICATION_CLOCK, UPDATE_CLOCK, UPDATE_EXTENSION)] == [2, 10, 5]


@pytest.mark.parametrize(
    ("changed_on", "due_on", "extended"),
    [
        (date(2025, 11, 3), date(2025, 11, 17), date(2025, 11, 24)),  # plain weeks
        (date(2025, 9, 26), date(2025, 10, 16), date(2025, 10, 23)),  # 国庆、中秋; 28 September and 11 October worked
        (date(2026, 2, 10), date(2026, 3, 2), date(2026, 3, 9)),  # 春节; 14 and 28 February worked
        (date(2026, 4, 30), date(2026, 5, 18), date(2026, 5, 25)),  # 劳动节; 9 May worked
    ],
)
def test_art_17_ten_working_days_and_five_once(changed_on: date, due_on: date, extended: date) -> None:
    publish_entry(now=at(changed_on))
    revision = opened(changed_on)
    assert revision.due_on == due_on
    move(revision, STEWARD, "ask_extension", at(changed_on), "涉及多个系统")
    with pytest.raises(NotNow):
        move(revision, STEWARD, "ask_extension", at(changed_on), "再延")
    assert move(revision, CENTRE, "consent_extension", at(changed_on)).due_on == extended
    with pytest.raises(NotNow):
        move(revision, CENTRE, "consent_extension", at(changed_on))


@pytest.mark.parametrize(
    ("handed_in", "due_on"),
    [
        (date(2026, 11, 23), date(2026, 11, 25)),
        (date(2026, 11, 27), date(2026, 12, 1)),
        (date(2025, 9, 30), date(2025, 10, 10)),
        (date(2026, 2, 13), date(2026, 2, 24)),  # 14 February is worked, then the Spring Festival
    ],
)
def test_art_17_the_authority_has_two_working_days(handed_in: date, due_on: date) -> None:
    publish_entry(now=at(handed_in))
    revision = opened(handed_in)
    move(revision, STEWARD, "submit", at(handed_in))
    assert move(revision, HEAD, "approve", at(handed_in)).due_on == due_on


def test_the_clock_runs_from_the_change_and_not_from_when_somebody_noticed() -> None:
    publish_entry(now=at(date(2026, 11, 2)))
    assert opened(date(2026, 11, 2), now=NOW).due_on == date(2026, 11, 16)


def test_another_cause_starts_no_clock_and_needs_no_extension() -> None:
    publish_entry()
    revision = opened(date(2026, 11, 23), cause="OTHER", now=NOW)
    assert revision.due_on is None
    with pytest.raises(NotNow):
        move(revision, STEWARD, "ask_extension", NOW, "忙")


@pytest.mark.parametrize("changed_on", [date(2026, 11, 24), date(2025, 11, 1)])
def test_a_change_lies_within_the_last_year(changed_on: date) -> None:
    publish_entry()
    with pytest.raises(EntryRefused) as refusal:
        opened(changed_on, now=NOW)
    assert refusal.value.field == "changed_on"


def test_what_is_published_stays_until_the_update_takes_its_place() -> None:
    publish_entry()
    revision = opened(date(2026, 11, 23), now=NOW)
    entry = replace(entry_of(revision.content), abstract="新的摘要。", items=RELIEF_REGISTER.items[:-1], samples=())
    operations.edit_revision(actor=cast_actor(STEWARD), revision_id=revision.pk, entry=entry, now=NOW)
    row = Resource.objects.get(code=RELIEF)
    assert (row.state, row.abstract, row.items.count()) == ("PUBLISHED", RELIEF_REGISTER.abstract, 11)
    publish_update(revision, date(2026, 11, 24))
    row.refresh_from_db()
    assert (row.state, row.abstract, row.items.count()) == ("PUBLISHED", "新的摘要。", 10)
    assert row.guide_code == "203002/00001"
    versions = list(row.versions.order_by("number"))
    assert [version.number for version in versions] == [1, 2]
    assert [len(version.content["items"]) for version in versions] == [11, 10]
    assert (versions[1].cause, versions[1].words) == ("LAW", "《社会救助法》施行")
    assert all(version.content["samples"] == [] for version in versions)
    told = announced("catalogue.resource_published")
    assert [(each["resource"], each["version"]) for each in told] == [(RELIEF, 1), (RELIEF, 2)]


def test_an_entry_published_before_there_were_versions_keeps_what_it_said() -> None:
    publish_entry()
    row = Resource.objects.get(code=RELIEF)
    other = Resource.objects.get(pk=row.pk)
    other.pk, other.code, other.guide_serial = None, "120012/000009", 9
    other.save()
    found = operations.open_revision(
        actor=cast_actor(STEWARD),
        code=other.code,
        cause="OTHER",
        basis="补充",
        changed_on=date(2026, 11, 23),
        now=NOW,
    )
    revision = Revision.objects.get(pk=found)
    revision.content = Revision.objects.get(pk=opened(date(2026, 11, 23), now=NOW).pk).content
    revision.save()
    publish_update(revision, date(2026, 11, 24))
    assert next(version.at for version in other.versions.order_by("number")) == NOW
    assert other.versions.count() == 2


def test_versions_only_stay() -> None:
    publish_entry()
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        ResourceVersion.objects.update(number=7)


def test_one_update_at_a_time() -> None:
    publish_entry()
    revision = opened(date(2026, 11, 23), now=NOW)
    with pytest.raises(NotNow):
        opened(date(2026, 11, 23), now=NOW)
    move(revision, STEWARD, "abandon", NOW, "并入下次")
    assert opened(date(2026, 11, 23), now=NOW).number == 2


def test_the_authority_may_call_for_an_update() -> None:
    publish_entry()
    assert opened(date(2026, 11, 23), who=CENTRE, now=NOW).state == "DRAFT"
    assert Notice.objects.filter(role="STEWARD", organisation="120012", path__contains="updates").exists()


@pytest.mark.parametrize("who", [HEAD, "auditor"])
def test_others_inside_may_not_begin_one(who: str) -> None:
    publish_entry()
    with pytest.raises(NotPermitted):
        opened(date(2026, 11, 23), who=who, now=NOW)


@pytest.mark.parametrize("who", ["steward_gjj", "outsider", "liu"])
def test_an_update_does_not_exist_for_strangers(who: str) -> None:
    publish_entry()
    revision = opened(date(2026, 11, 23), now=NOW)
    with pytest.raises(ResourceNotFound):
        move(revision, who, "submit", NOW)
    with pytest.raises(ResourceNotFound):
        operations.move_revision(actor=cast_actor(STEWARD), revision_id=UUID(int=0), name="submit", now=NOW)


def test_art_13_an_update_is_assessed_anew_before_it_is_handed_in() -> None:
    publish_entry()
    revision = opened(date(2026, 11, 23), now=NOW)
    entry = replace(entry_of(revision.content), assessments=())
    operations.edit_revision(actor=cast_actor(STEWARD), revision_id=revision.pk, entry=entry, now=NOW)
    with pytest.raises(EntryRefused):
        move(revision, STEWARD, "submit", NOW)


def test_sent_back_the_departments_clock_goes_on() -> None:
    publish_entry()
    revision = opened(date(2026, 11, 23), now=NOW)
    due_on = revision.due_on
    move(revision, STEWARD, "submit", NOW)
    move(revision, HEAD, "approve", NOW)
    back = move(revision, CENTRE, "send_back", NOW, "摘要不清")
    assert (back.state, back.due_on) == ("DRAFT", due_on)


def test_retiring_an_entry_ends_its_update_and_tells_who_offers_it() -> None:
    publish_entry()
    revision = opened(date(2026, 11, 23), now=NOW)
    operations.move_resource(actor=cast_actor(CENTRE), code=RELIEF, name="retire", now=NOW, words="职能划出")
    assert Revision.objects.get(pk=revision.pk).state == "ABANDONED"
    assert [each["reason"] for each in announced("catalogue.resource_retired")] == ["职能划出"]


def told(kind: str) -> int:
    return Notice.objects.filter(kind=kind).count()


def test_the_owner_is_reminded_and_past_the_day_the_authority_hears() -> None:
    publish_entry()
    opened(date(2026, 11, 23), now=NOW)  # due on 7 December
    Notice.objects.all().delete()
    for day, reminded, overdue in (
        (date(2026, 12, 2), 0, 0),
        (date(2026, 12, 3), 2, 0),
        (date(2026, 12, 3), 0, 0),
        (date(2026, 12, 4), 2, 0),
        (date(2026, 12, 8), 0, 1),
        (date(2026, 12, 9), 0, 0),
    ):
        watched = watch_clocks(now=at(day))
        assert (watched.reminded, watched.overdue) == (reminded, overdue), day
    assert Notice.objects.filter(kind="catalogue.moved", role="OPERATOR").count() == 1
    assert Resource.objects.get().events.filter(name="revision_overdue").count() == 1


def test_the_authority_is_reminded_of_its_own_reviews() -> None:
    publish_entry(until="submit_for_publication")
    Notice.objects.all().delete()
    assert watch_clocks(now=NOW).reminded == 1
    assert Notice.objects.get().role == "OPERATOR"
    assert watch_clocks(now=at(date(2026, 11, 26))).overdue == 1
    assert Resource.objects.get().events.filter(name="overdue").count() == 1


def test_art_16_all_departments_hear_each_day_of_what_is_new() -> None:
    publish_entry()
    tomorrow = at(date(2026, 11, 24))
    assert tell_of_yesterday(now=tomorrow) == 2
    assert tell_of_yesterday(now=tomorrow) == 0
    assert {notice.organisation for notice in Notice.objects.filter(kind="catalogue.news")} == {""}
    assert tell_of_yesterday(now=at(date(2026, 11, 25))) == 0
