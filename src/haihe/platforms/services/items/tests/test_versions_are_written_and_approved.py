"""A steward writes a new version, another person approves it, and it holds from its day; what is older stays."""

from datetime import date, timedelta
from uuid import UUID

import msgspec
import pytest
from django.db import connection
from django.utils import timezone

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.base.outbox.models import Event
from haihe.city.testing import load_departments
from haihe.platforms.services.forms.testing import actor
from haihe.platforms.services.items import operations, queries
from haihe.platforms.services.items.elements import flat
from haihe.platforms.services.items.elements.differences import differences
from haihe.platforms.services.items.errors import DraftRefused, ItemNotFound
from haihe.platforms.services.items.finding import Filters, find_items
from haihe.platforms.services.items.models import ItemDraft, ItemEvent, ItemVersion
from haihe.platforms.services.items.operations import load_items, move_draft, save_table
from haihe.platforms.services.items.testing import ITEM, NOW, make_item, story_item
from haihe.platforms.services.items.workflow import DraftState

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate(NOW)
SOON = TODAY + timedelta(days=10)


@pytest.fixture(autouse=True)
def _items() -> None:
    load_departments()
    load_items()


def steward() -> Actor:
    return actor("steward_gjj")


def approver() -> Actor:
    return actor("approver_gjj")


def begun(**kwargs: bool) -> UUID:
    return operations.begin_draft(actor=steward(), slug=ITEM, now=NOW, **kwargs)


def typed(draft: UUID, key: str, **cells: str) -> UUID:
    """Type into the first row of a table; return the draft."""
    row = ItemDraft.objects.get(pk=draft)
    first, *others = row.rows[key]
    rows = [first | {name.replace("__", "."): text for name, text in cells.items()}, *others]
    save_table(actor=steward(), draft=draft, key=key, rows=rows, revision=row.revision, now=NOW)
    return draft


def approved(draft: UUID) -> None:
    move_draft(actor=steward(), draft=draft, name="submit", now=NOW)
    move_draft(actor=approver(), draft=draft, name="approve", now=NOW)


def handed_in(day: date = SOON, promised: str = "0") -> UUID:
    draft = begun()
    typed(draft, "item", in_force_from=day.isoformat(), promised_days=promised)
    move_draft(actor=steward(), draft=draft, name="submit", now=NOW)
    return draft


def test_what_was_approved_holds_from_its_day_and_not_before() -> None:
    move_draft(actor=approver(), draft=handed_in(), name="approve", now=NOW)
    before, after = (queries.version_in_force(ITEM, on=day) for day in (TODAY, SOON))
    assert (before.version, after.version) == (2, 3)
    assert after.definition.promised_days == 0
    assert after.is_local
    found = find_items(Filters(q="低保 公积金"), on=SOON).rows[0]
    assert (found.version.slug, found.promised_days) == (ITEM, 0)
    # What a case was promised stays as it was.
    assert ItemVersion.objects.get(slug=ITEM, version=2).definition.promised_days == 1


def test_an_approval_is_announced_and_written_down() -> None:
    draft = handed_in()
    move_draft(actor=approver(), draft=draft, name="approve", now=NOW)
    event = Event.objects.get(topic=operations.ITEM_CHANGED)
    assert event.payload == {"slug": ITEM, "in_force_from": SOON.isoformat()}
    told = [(one.name, one.part, one.actor_name) for one in ItemEvent.objects.filter(draft=draft)]
    assert told == [
        ("begin", "STEWARD", "陈磊"),
        ("submit", "STEWARD", "陈磊"),
        ("approve", "APPROVER", "赵国栋"),
    ]


def test_what_is_sent_back_says_why_and_is_handed_in_again() -> None:
    draft = handed_in()
    with pytest.raises(DraftRefused, match="理由"):
        move_draft(actor=approver(), draft=draft, name="return", now=NOW)
    move_draft(actor=approver(), draft=draft, name="return", words="承诺时限请与窗口核对。", now=NOW)
    assert queries.history_of(ITEM)[0].words == "承诺时限请与窗口核对。"
    move_draft(actor=steward(), draft=draft, name="submit", now=NOW)
    move_draft(actor=approver(), draft=draft, name="approve", now=NOW)
    assert ItemDraft.objects.get(pk=draft).version is not None


def test_nobody_approves_what_they_wrote() -> None:
    both = actor("steward_gjj")
    both = Actor(both.user_id, both.name, both.roles | {("APPROVER", "120040")})
    draft = handed_in()
    with pytest.raises(DraftRefused, match="另一个人"):
        move_draft(actor=both, draft=draft, name="approve", now=NOW)


def test_others_neither_see_nor_move_a_draft() -> None:
    draft = handed_in()
    for username in ("steward_mzj", "approver_mzj", "liu"):
        with pytest.raises(ItemNotFound):
            queries.draft_for(actor(username), draft)
        with pytest.raises(ItemNotFound):
            move_draft(actor=actor(username), draft=draft, name="approve", now=NOW)
        with pytest.raises(ItemNotFound):
            operations.begin_draft(actor=actor(username), slug=ITEM, now=NOW)
    assert queries.draft_for(actor("operator"), draft).pk == draft
    with pytest.raises(NotPermitted):
        move_draft(actor=steward(), draft=draft, name="approve", now=NOW)


def test_what_is_wrong_is_not_handed_in_and_says_where() -> None:
    draft = begun()
    typed(draft, "item", promised_days="9", in_force_from=SOON.isoformat())
    with pytest.raises(DraftRefused, match="还有 1 处要改正，第一处：承诺时限不能长于法定时限"):
        move_draft(actor=steward(), draft=draft, name="submit", now=NOW)


@pytest.mark.parametrize(("days", "why"), [(-1, "已经过去"), (-900, "已经过去")])
def test_nothing_holds_from_a_day_that_is_over(days: int, why: str) -> None:
    draft = begun()
    typed(draft, "item", in_force_from=(TODAY + timedelta(days=days)).isoformat())
    with pytest.raises(DraftRefused, match=why):
        move_draft(actor=steward(), draft=draft, name="submit", now=NOW)


def test_a_draft_that_waited_too_long_is_not_approved_with_a_day_that_is_over() -> None:
    draft = handed_in()
    with pytest.raises(DraftRefused, match="已经过去"):
        move_draft(actor=approver(), draft=draft, name="approve", now=NOW + timedelta(days=11))


def test_two_people_never_overwrite_each_other() -> None:
    draft = begun()
    row = ItemDraft.objects.get(pk=draft)
    typed(draft, "item", hotline="12345")
    with pytest.raises(DraftRefused, match="刚被别人改过"):
        save_table(actor=steward(), draft=draft, key="faq", rows=[], revision=row.revision, now=NOW)


def test_an_item_has_one_draft_at_a_time_and_it_is_found_again() -> None:
    assert begun() == begun()
    move_draft(actor=steward(), draft=begun(), name="abandon", now=NOW)
    assert ItemDraft.objects.get().state == DraftState.ABANDONED
    assert ItemDraft.objects.exclude(pk=begun()).count() == 1


def test_a_draft_cannot_take_an_item_to_another_department_or_name() -> None:
    draft = begun()
    typed(draft, "item", slug="another", authority="120012")
    row = ItemDraft.objects.get(pk=draft)
    assert (row.rows["item"][0]["slug"], row.rows["item"][0]["authority"]) == (ITEM, "120040")


def test_a_code_of_another_item_is_refused() -> None:
    other = next(item for item in queries.items_in_force(on=TODAY) if item.code.startswith("120040-GG-0001"))
    draft = begun()
    typed(draft, "item", code=other.code, in_force_from=SOON.isoformat())
    with pytest.raises(DraftRefused, match="已经用于另一个事项"):
        move_draft(actor=steward(), draft=draft, name="submit", now=NOW)


def test_an_item_ends_on_a_day_and_its_versions_stay() -> None:
    draft = operations.begin_retirement(actor=steward(), slug=ITEM, reason="并入一件事", from_day=SOON, now=NOW)
    approved(draft)
    assert queries.version_in_force(ITEM, on=TODAY).version == 2
    with pytest.raises(ItemNotFound):
        queries.version_in_force(ITEM, on=SOON)
    assert ITEM not in {row.slug for row in queries.versions_in_force(on=SOON)}
    assert len(queries.versions_of(ITEM)) == 1
    # A newer version brings it back.
    approved(typed(begun(), "item", in_force_from=(SOON + timedelta(days=5)).isoformat()))
    assert queries.version_in_force(ITEM, on=SOON + timedelta(days=6)).version == 3


def test_what_was_changed_here_stays_when_a_release_brings_a_newer_file() -> None:
    own = {"authority": "120040", "code": "120040-GG-7001"}
    load_items([make_item("fund", "甲", "A", **own)])
    draft = operations.begin_draft(actor=steward(), slug="fund", now=NOW)
    approved(typed(draft, "item", in_force_from=TODAY.isoformat(), hotline="12345"))
    newer = make_item("fund", "乙", "B", version=2, in_force_from=TODAY, **own)
    assert load_items([newer]) == 0
    assert queries.version_in_force("fund", on=TODAY).definition.name.zh == "甲"


def test_a_newer_file_of_the_release_waits_until_a_steward_takes_it_up() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE services_itemversion CASCADE")
    load_items([msgspec.structs.replace(story_item(), version=1, hotline="12345")])
    approved(typed(begun(), "item", in_force_from=TODAY.isoformat(), hotline="12366"))
    assert [row.version for row in queries.versions_of(ITEM)] == [2, 1]
    # The file of this release, the second too, isn't taken over by itself.
    load_items()
    assert queries.version_in_force(ITEM, on=TODAY).definition.hotline == "12366"
    assert queries.held_back([ITEM])[ITEM].hotline == "12329"
    approved(typed(begun(from_release=True), "item", in_force_from=TODAY.isoformat()))
    row = queries.version_in_force(ITEM, on=TODAY)
    assert (row.version, row.shipped, row.definition.hotline) == (3, 2, "12329")
    assert queries.held_back([ITEM]) == {}
    assert load_items() == 0


def test_differences_are_told_by_element() -> None:
    draft = begun()
    typed(draft, "item", promised_days="0", in_force_from=SOON.isoformat())
    row = ItemDraft.objects.get(pk=draft)
    papers = [
        *row.rows["papers"],
        row.rows["papers"][0] | {"slug": "another", "name.zh": "另一份", "name.en": "Another"},
    ]
    save_table(actor=steward(), draft=draft, key="papers", rows=papers, revision=row.revision, now=NOW)
    save_table(actor=steward(), draft=draft, key="faq", rows=row.rows["faq"][1:], revision=row.revision + 1, now=NOW)
    before = flat.rows_of(queries.version_in_force(ITEM, on=TODAY).definition)
    told = {
        table.title: [(one.kind, one.name, len(one.cells)) for one in table.rows]
        for table in differences(before, ItemDraft.objects.get(pk=draft).rows)
    }
    assert told["基本信息"] == [("changed", "", 2)]
    assert [(kind, name) for kind, name, _cells in told["申请材料"]] == [("added", "另一份")]
    assert [kind for kind, _name, _cells in told["常见问题"]] == ["removed"]
    assert set(told) == {"基本信息", "申请材料", "常见问题"}
