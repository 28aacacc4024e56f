"""From draft to publication and back: who may move an entry, and what that leaves in its history."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from haihe.base.accounts.api import NotPermitted
from haihe.data.catalogue import operations
from haihe.data.catalogue.demo.entries import RELIEF_REGISTER
from haihe.data.catalogue.errors import CatalogueError, EntryRefused, NotNow, ResourceNotFound
from haihe.data.catalogue.models import Resource
from haihe.data.catalogue.queries import parts_on, resource
from haihe.data.catalogue.testing import NOW, cast_actor, publish_entry
from haihe.data.catalogue.workflow import BY_ITSELF, NEEDS_WORDS, RESOURCE, ResourceState

WHO = ("steward_mzj", "approver_mzj", "operator", "steward_gjj", "auditor", "outsider", "liu")
RIGHT = {"OWNER_STEWARD": "steward_mzj", "OWNER_APPROVER": "approver_mzj", "AUTHORITY": "operator"}
MOVES = sorted({move.name for move in RESOURCE.moves})


@pytest.mark.django_db
def test_the_data_centre_has_two_working_days_to_publish() -> None:
    code = publish_entry(until="submit_for_publication")
    assert Resource.objects.get(code=code).due_on == date(2026, 11, 25)
    operations.publish(actor=cast_actor("operator"), code=code, now=NOW)
    row = Resource.objects.get(code=code)
    assert (row.state, row.due_on, row.published_at) == ("PUBLISHED", None, NOW)


@pytest.mark.django_db
def test_each_step_leaves_a_line_with_its_clause() -> None:
    row = Resource.objects.get(code=publish_entry())
    names = ["register", "submit", "approve", "submit_for_publication", "publish"]
    events = list(row.events.all())
    assert [event.name for event in events] == names
    assert all(event.clause and event.actor_name and event.part for event in events)
    assert [event.target for event in events][-1] == ResourceState.PUBLISHED


@pytest.mark.django_db
def test_sending_back_needs_words() -> None:
    code = publish_entry(until="submit")
    with pytest.raises(EntryRefused):
        operations.move_resource(actor=cast_actor("approver_mzj"), code=code, name="send_back", now=NOW, words="  ")
    operations.move_resource(actor=cast_actor("approver_mzj"), code=code, name="send_back", now=NOW, words="缺少期限")
    assert Resource.objects.get(code=code).state == ResourceState.DRAFT


@pytest.mark.django_db
def test_only_a_draft_can_be_edited() -> None:
    code = publish_entry(until="register")
    steward = cast_actor("steward_mzj")
    operations.revise_resource(actor=steward, code=code, entry=replace(RELIEF_REGISTER, title="救助"), now=NOW)
    assert Resource.objects.get(code=code).title == "救助"
    operations.submit(actor=steward, code=code, now=NOW)
    with pytest.raises(NotNow):
        operations.revise_resource(actor=steward, code=code, entry=RELIEF_REGISTER, now=NOW)


@pytest.mark.django_db
def test_strangers_learn_nothing_of_a_draft() -> None:
    code = publish_entry(until="approve")
    for username in ("steward_gjj", "outsider", "liu"):
        assert resource(code, actor=cast_actor(username)) is None
        with pytest.raises(ResourceNotFound):
            operations.publish(actor=cast_actor(username), code=code, now=NOW)
    assert resource(code) is None
    assert resource(code, actor=cast_actor("auditor")) is not None


class EntryMachine(RuleBasedStateMachine):
    """Anybody tries anything; only what the table lists happens, and history tells it all."""

    def __init__(self) -> None:
        super().__init__()
        self.code = publish_entry(until="register")
        self.path = ["DRAFT"]
        self.lines = 1

    @rule(username=st.sampled_from(WHO), name=st.sampled_from(MOVES), words=st.sampled_from(["", "理由"]))
    def try_a_move(self, username: str, name: str, words: str) -> None:
        actor, before = cast_actor(username), self.row()
        try:
            operations.move_resource(actor=actor, code=self.code, name=name, now=NOW, words=words)
        except (CatalogueError, NotPermitted):
            assert self.row().state == before.state
            return
        move = RESOURCE.move(before.state, name)
        assert not parts_on(actor, before).isdisjoint(move.roles)
        assert words or name not in NEEDS_WORDS
        assert self.row().state == move.target
        self.path.append(move.target)
        self.lines += 1

    @rule(choice=st.integers(0, 5))
    def make_a_right_move(self, choice: int) -> None:
        ways = [m for m in RESOURCE.moves if self.row().state in m.sources and m.name not in BY_ITSELF]
        move = ways[choice % len(ways)]
        self.try_a_move(username=RIGHT[move.roles[0]], name=move.name, words="理由")
        assert self.row().state == move.target

    @invariant()
    def history_tells_the_way(self) -> None:
        events = list(self.row().events.all())
        assert len(events) == self.lines
        assert [event.target for event in events] == self.path

    @invariant()
    def what_is_published_was_approved_and_reviewed(self) -> None:
        if self.row().state == ResourceState.PUBLISHED:
            names = [event.name for event in self.row().events.all()]
            last_draft = max(i for i, event in enumerate(self.row().events.all()) if event.target == "DRAFT")
            assert names[last_draft + 1 :] == ["submit", "approve", "submit_for_publication", "publish"]

    def row(self) -> Resource:
        return Resource.objects.get(code=self.code)


@pytest.mark.django_db
def test_whatever_people_try_the_table_holds() -> None:
    run_state_machine_as_test(EntryMachine, settings=settings(max_examples=20, stateful_step_count=25, deadline=None))
