"""A linkage from grants to a queue, and how two persons and a third decide a pair."""

from datetime import timedelta

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.base.accounts.api import NotPermitted
from haihe.base.keys.api import keyring
from haihe.base.ledger import api as ledger
from haihe.data.catalogue.testing import NOW, cast_actor
from haihe.data.matching.errors import InputRefused, NotFound, NotNow
from haihe.data.matching.review import places
from haihe.data.matching.review.operations.ending import end_dead_runs, expire_results
from haihe.data.matching.review.operations.judging import judge_pair, open_pair
from haihe.data.matching.review.operations.starting import start_linkage
from haihe.data.matching.review.queries import clusters_of, next_pair, persons_of, states_of, waiting_for
from haihe.data.matching.review.tests.world import approver, done_run, doubtful, own_list, wish
from haihe.data.matching.review.workflow import PAIR, WAITING, LinkageRunState, PairState
from haihe.data.matching.testing import CENTRE, HOLDER, feed, permitted
from haihe.kernel.workflow import ForbiddenMove

pytestmark = pytest.mark.django_db
STEWARD, APPROVER = "steward_gjj", "approver_gjj"


def test_rows_add_up_and_what_lies_on_the_disk_names_nobody() -> None:
    run = done_run()
    assert (run.left_rows, run.right_rows, run.linked, run.in_review) == (4, 3, 1, 2)
    table = pq.read_table(places.result_folder(run) / places.PAIRS)
    assert {"left", "right", "bits", "decision"} <= set(table.column_names)
    assert not any("name" in name and not name.startswith("level_") for name in table.column_names)
    assert not run.is_learnt
    assert not places.work_folder(run).exists()


def test_whoever_is_named_finds_the_linkage_under_who_used_my_data() -> None:
    run = done_run()
    used = [one for one in ledger.uses_of_subject(cast_subject(HOLDER)) if one.case == run.number]
    assert [(one.kind, one.consumer) for one in used] == [("COMPARE", CENTRE)]


def test_a_look_at_a_pair_is_recorded_before_both_records_are_shown() -> None:
    pair = doubtful()
    opened = open_pair(actor=cast_actor(STEWARD), pair_id=pair.pk, now=NOW)
    assert opened.left["name"] == "張建國"
    assert opened.left["phone"] == "15400000001"
    assert opened.right["name"] == "张建国"
    assert "phone" not in opened.right
    assert len(opened.evidence) == 1
    used = [one for one in ledger.uses_of_subject(cast_subject(HOLDER)) if one.kind == "DELIVER"]
    assert [one.case for one in used] == [f"{pair.run.number}-{pair.left_line}-{pair.right_line}"]


def test_two_who_agree_decide_and_the_cluster_hears_of_it() -> None:
    pair = doubtful()
    ends = ("left", pair.left_line), ("right", pair.right_line)
    assert not set(ends) <= persons_of(pair.run).keys()
    assert judge_pair(actor=cast_actor(STEWARD), pair_id=pair.pk, same=True, words="", now=NOW) == PairState.HEARD
    assert judge_pair(actor=cast_actor(APPROVER), pair_id=pair.pk, same=True, words="", now=NOW) == PairState.SAME
    persons = persons_of(pair.run)
    assert persons[ends[0]] == persons[ends[1]]
    assert tuple(sorted(ends)) in clusters_of(pair.run)
    assert states_of(pair.run) == {**dict.fromkeys(PairState.values, 0), "SAME": 1, "OPEN": 1}
    with pytest.raises(NotNow):
        open_pair(actor=cast_actor(STEWARD), pair_id=pair.pk, now=NOW)


def test_where_two_differ_a_third_person_settles_it_with_a_reason() -> None:
    pair = doubtful()
    judge_pair(actor=cast_actor(STEWARD), pair_id=pair.pk, same=True, words="", now=NOW)
    assert judge_pair(actor=cast_actor(APPROVER), pair_id=pair.pk, same=False, words="", now=NOW) == "DISPUTED"
    for earlier in (STEWARD, APPROVER):
        with pytest.raises(NotNow):
            judge_pair(actor=cast_actor(earlier), pair_id=pair.pk, same=True, words="再看一遍", now=NOW)
    third = approver()
    with pytest.raises(InputRefused):
        judge_pair(actor=third, pair_id=pair.pk, same=False, words=" ", now=NOW)
    assert judge_pair(actor=third, pair_id=pair.pk, same=False, words="生日不同", now=NOW) == PairState.APART
    assert [(one.same, one.settles) for one in pair.verdicts.all()] == [(True, False), (False, False), (False, True)]
    assert ("left", pair.left_line) not in persons_of(pair.run)


def test_who_is_not_sure_leaves_it_to_a_third_person_who_must_be() -> None:
    pair = doubtful()
    judge_pair(actor=cast_actor(STEWARD), pair_id=pair.pk, same=None, words="", now=NOW)
    assert judge_pair(actor=cast_actor(APPROVER), pair_id=pair.pk, same=True, words="", now=NOW) == "DISPUTED"
    with pytest.raises(InputRefused):
        judge_pair(actor=approver(), pair_id=pair.pk, same=None, words="看不出", now=NOW)
    assert judge_pair(actor=approver(), pair_id=pair.pk, same=True, words="电话本人接听", now=NOW) == PairState.SAME


def test_two_who_are_not_sure_decide_nothing() -> None:
    pair = doubtful()
    judge_pair(actor=cast_actor(STEWARD), pair_id=pair.pk, same=None, words="", now=NOW)
    assert judge_pair(actor=cast_actor(APPROVER), pair_id=pair.pk, same=None, words="", now=NOW) == "DISPUTED"


def test_the_queue_leads_each_person_through_what_waits_for_them() -> None:
    run = done_run()
    first, second = run.pairs.all()
    steward = cast_actor(STEWARD)
    assert next_pair(steward, run, after=None) == first
    assert next_pair(steward, run, after=first.pk) == second
    assert next_pair(steward, run, after=second.pk) == first
    judge_pair(actor=steward, pair_id=first.pk, same=True, words="", now=NOW)
    assert next_pair(steward, run, after=first.pk) == second
    assert next_pair(steward, run, after=second.pk) is None
    judge_pair(actor=cast_actor(APPROVER), pair_id=first.pk, same=False, words="", now=NOW)
    assert list(waiting_for(approver(), run)) == [first, second]
    assert list(waiting_for(cast_actor(APPROVER), run)) == [second]


def test_a_steward_cannot_settle_a_dispute() -> None:
    pair = doubtful()
    judge_pair(actor=approver("甲"), pair_id=pair.pk, same=True, words="", now=NOW)
    judge_pair(actor=approver("乙"), pair_id=pair.pk, same=False, words="", now=NOW)
    with pytest.raises(NotPermitted):
        judge_pair(actor=cast_actor(STEWARD), pair_id=pair.pk, same=False, words="我看不是", now=NOW)


@pytest.mark.parametrize("username", ["steward_mzj", "operator", "auditor"])
def test_nobody_else_may_look_or_judge(username: str) -> None:
    pair = doubtful()
    with pytest.raises(NotFound):
        open_pair(actor=cast_actor(username), pair_id=pair.pk, now=NOW)
    with pytest.raises(NotFound):
        judge_pair(actor=cast_actor(username), pair_id=pair.pk, same=True, words="", now=NOW)


def test_a_result_ends_with_its_grants_and_values_are_gone() -> None:
    pair = doubtful()
    later = NOW + timedelta(days=800)
    with pytest.raises(NotNow):
        open_pair(actor=cast_actor(STEWARD), pair_id=pair.pk, now=later)
    assert expire_results(now=later) == 1
    pair.refresh_from_db()
    assert (pair.sealed, pair.left_subject, pair.right_subject) == (None, None, None)
    assert not places.result_folder(pair.run).exists()
    pair.run.refresh_from_db()
    assert pair.run.state == LinkageRunState.EXPIRED


def test_a_run_whose_process_died_ends_as_failed() -> None:
    run = done_run()
    type(run).objects.filter(pk=run.pk).update(state=LinkageRunState.RUNNING)
    assert end_dead_runs(now=NOW) == 1
    run.refresh_from_db()
    assert run.state == LinkageRunState.FAILED


def test_only_granted_registers_with_names_can_be_linked() -> None:
    permitted()
    feed()
    code = own_list()
    for right in (code, "120012/999999"):
        with pytest.raises(InputRefused):
            start_linkage(actor=cast_actor(STEWARD), wish=wish(code, right=right), now=NOW)
    with pytest.raises(InputRefused):
        start_linkage(actor=cast_actor(STEWARD), wish=wish(code, purpose="OTHER"), now=NOW)
    with pytest.raises(NotPermitted):
        start_linkage(actor=cast_actor("steward_mzj"), wish=wish(code), now=NOW)


@given(st.lists(st.sampled_from([move.name for move in PAIR.moves]), max_size=8))
def test_whatever_is_tried_a_pair_ends_once_and_never_without_two(names: list[str]) -> None:
    state, heard = PAIR.initial, 0
    for name in names:
        try:
            state = PAIR.move(state, name).target
        except ForbiddenMove:
            continue
        heard += 1
    assert state in WAITING or heard >= 2


def cast_subject(id_number: str) -> bytes:
    return keyring().subject_key(id_number)
