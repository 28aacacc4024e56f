"""Before a run a person chooses what is compared and from which weight; while it runs they may watch and stop it."""

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.base.accounts.api import NotPermitted
from haihe.base.keys.api import keyring
from haihe.base.ledger import api as ledger
from haihe.city import api as city
from haihe.data.catalogue.testing import NOW, cast_actor
from haihe.data.exchange import testing as feeding
from haihe.data.matching.errors import InputRefused, NotFound, NotNow
from haihe.data.matching.inputs import granted_inputs
from haihe.data.matching.linkage.addresses import Gazetteer
from haihe.data.matching.linkage.deciding import Thresholds
from haihe.data.matching.linkage.made_up import make_registers
from haihe.data.matching.offers import Offer, OfferedField
from haihe.data.matching.review import places
from haihe.data.matching.review.asking import Wish, read_wish, wish_like
from haihe.data.matching.review.models import LinkageRun
from haihe.data.matching.review.operations.processing import definition_of, process_linkage_run
from haihe.data.matching.review.operations.publishing import publish
from haihe.data.matching.review.operations.starting import cancel_linkage, start_linkage
from haihe.data.matching.review.operations.weighing import LinkageCancelled, Weighing
from haihe.data.matching.review.roles import check_chosen, roles_of
from haihe.data.matching.review.tests.world import asked, done_run, own_list, wish
from haihe.data.matching.review.workflow import RUN, LinkageRunState, LinkageStep
from haihe.data.matching.tables import Stored
from haihe.data.matching.testing import HOLDER, feed, permitted
from haihe.kernel.workflow import ForbiddenMove

STEWARD = "steward_gjj"
LEFT = {"name": "name", "birth": "born_on", "phone": "phone", "division": "division"}
RIGHT = {"name": "name", "division": "division"}


def waiting_run() -> LinkageRun:
    permitted()
    feed(feeding.row(HOLDER, name="张建国"))
    return asked(own_list())


@pytest.mark.django_db
def test_a_run_that_waits_is_cancelled_and_never_begins() -> None:
    run = waiting_run()
    cancel_linkage(actor=cast_actor(STEWARD), number=run.number, now=NOW)
    process_linkage_run(run.id, now=NOW)
    run.refresh_from_db()
    assert (run.state, run.outcome, run.step) == (LinkageRunState.CANCELLED, "由陈磊取消。", "")
    assert not places.result_folder(run).exists()
    with pytest.raises(NotNow):
        cancel_linkage(actor=cast_actor(STEWARD), number=run.number, now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("username", "refused"), [("steward_mzj", NotFound), ("operator", NotPermitted), ("outsider", NotFound)]
)
def test_nobody_else_stops_it(username: str, refused: type[Exception]) -> None:
    run = waiting_run()
    with pytest.raises(refused):
        cancel_linkage(actor=cast_actor(username), number=run.number, now=NOW)
    run.refresh_from_db()
    assert run.state == LinkageRunState.QUEUED


def test_the_work_stops_in_the_middle_and_says_what_it_is_at(tmp_path: Path) -> None:
    divisions = [(place.code, place.name) for place in city.tianjin() if place.level >= 2]
    made = make_registers(2000, 3000, 1500, divisions, seed=5)
    raw = {"left": made.left, "right": made.right}
    heard: list[LinkageStep] = []

    def until_learning(step: LinkageStep) -> bool:
        heard.append(step)
        return step is LinkageStep.CLEAN

    weighing = Weighing(raw, Gazetteer.of(divisions), Thresholds(), tmp_path)
    with pytest.raises(LinkageCancelled):
        weighing.run(goes_on=until_learning)
    assert heard == sorted(heard, key=list(LinkageStep).index)
    again = Weighing(raw, Gazetteer.of(divisions), Thresholds(), tmp_path).run(goes_on=lambda _: True)
    assert again.is_learnt
    assert again.decided.num_rows > 1000


@pytest.mark.django_db
def test_who_cancels_while_the_result_is_written_leaves_no_result() -> None:
    run = done_run()
    LinkageRun.objects.filter(pk=run.pk).update(state=LinkageRunState.CANCELLED)
    before = len(ledger.uses_of_subject(keyring().subject_key(HOLDER)))
    pairs, model = pq.read_table(places.result_folder(run) / places.PAIRS), definition_of(run)
    inputs = granted_inputs(model, organisation=run.organisation, now=NOW)
    with pytest.raises(LinkageCancelled):
        publish(run, model, inputs, {}, pairs, NOW)
    assert not places.result_folder(run).exists()
    assert len(ledger.uses_of_subject(keyring().subject_key(HOLDER))) == before
    run.refresh_from_db()
    assert run.state == LinkageRunState.CANCELLED


@pytest.mark.django_db
def test_a_person_chooses_what_is_compared() -> None:
    permitted()
    feed(feeding.row(HOLDER, name="张建国"))
    code = own_list()
    chosen = {"left": {"name": "name", "division": "division"}, "right": RIGHT}
    number = start_linkage(actor=cast_actor(STEWARD), wish=wish(code, fields=chosen, link="7.5"), now=NOW)
    run = LinkageRun.objects.get(number=number)
    assert (run.roles, run.link_bits, run.review_bits) == (chosen, 7.5, -1.0)
    process_linkage_run(run.id, now=NOW)
    run.refresh_from_db()
    assert run.state == LinkageRunState.DONE
    assert wish_like(run, link="9") == wish(code, fields=chosen, link="9", review="-1")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("side", "field"), [({"name": "number"}, "编号"), ({"name": "name", "phone": "name"}, "电话"), ({}, "姓名")]
)
def test_a_field_that_cannot_tell_it_is_refused(side: dict[str, str], field: str) -> None:
    permitted()
    feed(feeding.row(HOLDER, name="张建国"))
    code = own_list()
    with pytest.raises(InputRefused):
        start_linkage(actor=cast_actor(STEWARD), wish=wish(code, fields={"left": side, "right": RIGHT}), now=NOW)
    assert not LinkageRun.objects.exists()


@pytest.mark.parametrize(
    ("link", "review"), [("nan", "-1"), ("5", "6"), ("31", "-1"), ("5", "-4.5"), ("high", "-1"), ("inf", "0")]
)
def test_thresholds_out_of_range_are_refused(link: str, review: str) -> None:
    with pytest.raises(InputRefused):
        Wish(link=link, review=review).thresholds()


def offer(*fields: OfferedField) -> Offer:
    return Offer("1/1", "名单", "1", True, None, fields, "", True)


NAME = OfferedField("name", "姓名", Stored.NAME_KEY)
BORN = OfferedField("born", "出生日期", Stored.DATE)
PHONE = OfferedField("phone", "手机", Stored.HIDDEN)
ADDRESS = OfferedField("address", "住址", Stored.TEXT)
DIVISION = OfferedField("division", "区划代码", Stored.TEXT)


def test_names_alone_tell_nobody_apart_but_an_address_meets_a_division() -> None:
    one, other = offer(NAME, BORN, ADDRESS), offer(NAME, PHONE, DIVISION)
    check_chosen(one, other, {"left": roles_of(one.fields), "right": roles_of(other.fields)})
    for left in ({"name": "name", "birth": "born"}, {"name": "name"}):
        with pytest.raises(InputRefused):
            check_chosen(one, other, {"left": left, "right": roles_of(other.fields)})


def test_what_is_masked_is_neither_found_nor_accepted() -> None:
    masked = offer(NAME, replace(BORN, is_masked=True), PHONE)
    assert roles_of(masked.fields) == {"name": "name", "phone": "phone"}
    chosen = {"name": "name", "birth": "born"}
    with pytest.raises(InputRefused):
        check_chosen(masked, masked, {"left": chosen, "right": chosen})


@given(st.dictionaries(st.sampled_from(["left", "left_name", "right_phone", "link", "purpose"]), st.text(max_size=300)))
def test_any_form_is_read_and_bounded(told: dict[str, str]) -> None:
    read = read_wish(told)
    assert len(read.left) <= 200
    assert all(0 < len(field) <= 200 for side in read.fields.values() for field in side.values())


@given(st.lists(st.sampled_from([move.name for move in RUN.moves]), max_size=8))
def test_whatever_is_tried_a_run_ends_once(names: list[str]) -> None:
    state = RUN.initial
    for name in names:
        try:
            move = RUN.move(state, name)
        except ForbiddenMove:
            continue
        assert state not in RUN.terminal
        state = move.target
    assert state in RUN.states


@pytest.mark.django_db
def test_a_run_that_is_not_there_cannot_be_stopped() -> None:
    with pytest.raises(NotFound):
        cancel_linkage(actor=cast_actor(STEWARD), number=f"GL{uuid4().hex[:8]}", now=NOW)
