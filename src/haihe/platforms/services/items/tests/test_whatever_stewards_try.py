"""Whatever stewards and approvers try, in whatever order: no version without two persons, and none is lost."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from haihe.base.accounts.api import NotPermitted
from haihe.city.testing import load_departments
from haihe.platforms.services.forms.testing import actor
from haihe.platforms.services.items import operations
from haihe.platforms.services.items.errors import ItemsError
from haihe.platforms.services.items.models import ItemDraft, ItemEvent, ItemVersion
from haihe.platforms.services.items.operations import load_items
from haihe.platforms.services.items.testing import ITEM, NOW, story_item
from haihe.platforms.services.items.workflow import DRAFT, OPEN, DraftState

PEOPLE = ("steward_gjj", "approver_gjj", "steward_mzj", "approver_mzj")
MOVES = sorted({move.name for move in DRAFT.moves})


class Drafting(RuleBasedStateMachine):
    """One item, four people, all moves."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        load_items([story_item()])
        self.people = {name: actor(name) for name in PEOPLE}
        self.now = NOW
        self.versions = [row.version for row in ItemVersion.objects.filter(slug=ITEM)]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def tried(self, call: object, **told: object) -> None:
        assert callable(call)
        self.now += timedelta(minutes=1)
        with transaction.atomic():
            try:
                call(now=self.now, **told)
            except (ItemsError, NotPermitted):
                transaction.set_rollback(True)

    @rule(who=st.sampled_from(PEOPLE))
    def begin(self, who: str) -> None:
        self.tried(operations.begin_draft, actor=self.people[who], slug=ITEM)

    @rule(who=st.sampled_from(PEOPLE), days=st.integers(-2, 3))
    def retire(self, who: str, days: int) -> None:
        day = timezone.localdate(self.now) + timedelta(days=days)
        self.tried(operations.begin_retirement, actor=self.people[who], slug=ITEM, reason="并入别的事项", from_day=day)

    @rule(who=st.sampled_from(PEOPLE), days=st.integers(-1, 3), behind=st.integers(0, 1), promised=st.integers(0, 4))
    def save(self, who: str, days: int, behind: int, promised: int) -> None:
        row = ItemDraft.objects.filter(slug=ITEM, kind="CHANGE").first()
        if row is None:
            return
        day = timezone.localdate(self.now) + timedelta(days=days)
        rows = [row.rows["item"][0] | {"in_force_from": day.isoformat(), "promised_days": str(promised)}]
        told = {"actor": self.people[who], "draft": row.pk, "key": "item", "rows": rows}
        self.tried(operations.save_table, revision=row.revision - behind, **told)

    @rule(who=st.sampled_from(PEOPLE), name=st.sampled_from(MOVES), words=st.sampled_from(("", "请核对")))
    def move(self, who: str, name: str, words: str) -> None:
        row = ItemDraft.objects.filter(slug=ITEM).first()
        if row is not None:
            self.tried(operations.move_draft, actor=self.people[who], draft=row.pk, name=name, words=words)

    @invariant()
    def every_version_was_written_by_one_and_approved_by_another(self) -> None:
        for draft in ItemDraft.objects.filter(state=DraftState.APPROVED):
            (approved,) = ItemEvent.objects.filter(draft=draft.pk, name="approve")
            assert approved.actor_id == self.people["approver_gjj"].user_id != draft.author
            assert (draft.version is None) == draft.is_retirement

    @invariant()
    def versions_are_numbered_without_a_gap_and_none_is_lost(self) -> None:
        numbers = sorted(ItemVersion.objects.filter(slug=ITEM).values_list("version", flat=True))
        assert numbers[: len(self.versions)] == sorted(self.versions)
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        self.versions = numbers

    @invariant()
    def at_most_one_draft_is_open_and_history_tells_its_state(self) -> None:
        assert ItemDraft.objects.filter(state__in=OPEN).count() <= 1
        for draft in ItemDraft.objects.all():
            last = ItemEvent.objects.filter(draft=draft.pk).order_by("pk").last()
            assert last is not None
            assert last.target == draft.state


@pytest.mark.django_db
def test_whatever_they_try() -> None:
    load_departments()
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        Drafting,
        settings=settings(
            max_examples=8, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
