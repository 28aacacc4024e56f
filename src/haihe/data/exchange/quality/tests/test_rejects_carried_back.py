"""Rejects that were sent back go to the source or node that sent the rows, once, and to nobody else."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from haihe.base.accounts.api import SYSTEM, Actor, NotPermitted
from haihe.data.exchange import api as exchange
from haihe.data.exchange.models import FeedRun
from haihe.data.exchange.nodes import operations as nodes
from haihe.data.exchange.nodes.models import Dispatch, Node, NodeFeed, Transfer
from haihe.data.exchange.nodes.testing import invited
from haihe.data.exchange.operations.process import process_run
from haihe.data.exchange.places import data_dir
from haihe.data.exchange.quality.models import CarriageState, RejectCarriage
from haihe.data.exchange.quality.operations import returning
from haihe.data.exchange.quality.operations.carrying import MOST_TRIES, SENDER_GONE, carry_due, try_again
from haihe.data.exchange.quality.workflow import CARRIAGE
from haihe.data.exchange.sources.models import Source
from haihe.data.exchange.sources.testing import drop, fetched, folder_source
from haihe.data.exchange.testing import RELIEF, id_number, relief_lines, row, small_dirty_file
from haihe.data.exchange.tests.test_pages import fed as uploaded
from haihe.data.exchange.tests.test_pages import signed_in
from haihe.kernel.workflow import ForbiddenMove

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def now() -> datetime:
    """A dropped file's time of change is the machine's own, so this can't be a moment of the past."""
    return datetime.now().astimezone()


@pytest.fixture
def dropped() -> Iterator[Path]:
    folder = data_dir() / "drop"
    yield folder / "120012"
    rmtree(folder, ignore_errors=True)


@pytest.fixture
def run(steward: Actor, now: datetime, dropped: Path) -> FeedRun:
    """Return a run of a dropped file, four of whose rows were rejected."""
    source = folder_source(steward, now=now)
    formula = ",".join(row(id_number(77), certificate_no="=cmd()"))
    drop(small_dirty_file() + formula.encode("gb18030"), at=now)
    fetched(steward, source.pk, now=now + timedelta(minutes=1))
    return FeedRun.objects.get(source=source.pk)


def sent_back(steward: Actor, run: FeedRun, now: datetime) -> RejectCarriage:
    return RejectCarriage.objects.get(returned=returning.send_back(steward, run.pk, now=now))


def test_a_dropped_files_rejects_lie_beside_it(steward: Actor, run: FeedRun, now: datetime, dropped: Path) -> None:
    row = sent_back(steward, run, now)
    assert carry_due(now=now) == 1
    row.refresh_from_db()
    file = dropped / "returned/救助-rejects.csv"
    assert (row.state, row.placed, row.size_bytes) == ("DONE", "returned/救助-rejects.csv", file.stat().st_size)
    content = file.read_text("utf-8-sig")
    assert "理由代码" in content
    assert "FORMULA_TEXT" in content
    assert "'=cmd()" in content
    assert ",=cmd()" not in content
    assert run.moves.filter(name="carry_rejects").count() == 1
    assert carry_due(now=now + HOUR) == 0


def test_what_was_put_there_before_a_crash_is_not_put_there_again(
    steward: Actor, run: FeedRun, now: datetime, dropped: Path
) -> None:
    row = sent_back(steward, run, now)
    carry_due(now=now)
    RejectCarriage.objects.filter(pk=row.pk).update(state="WAITING", next_try_at=now, sha256="", placed="")
    carry_due(now=now)
    row.refresh_from_db()
    assert row.placed == "returned/救助-rejects.csv"
    assert [file.name for file in (dropped / "returned").iterdir()] == ["救助-rejects.csv"]


def test_another_file_of_that_name_stays(steward: Actor, run: FeedRun, now: datetime, dropped: Path) -> None:
    (dropped / "returned").mkdir()
    (dropped / "returned/救助-rejects.csv").write_text("of last week")
    row = sent_back(steward, run, now)
    carry_due(now=now)
    row.refresh_from_db()
    assert row.placed == "returned/救助-rejects-2.csv"


def test_nothing_follows_a_link_out_of_the_folder(
    steward: Actor, run: FeedRun, now: datetime, dropped: Path, tmp_path: Path
) -> None:
    (dropped / "returned").symlink_to(tmp_path)
    row = sent_back(steward, run, now)
    carry_due(now=now)
    row.refresh_from_db()
    assert (row.state, list(tmp_path.iterdir())) == ("GIVEN_UP", [])


def test_what_fails_is_tried_again_later_and_given_up_in_the_end(
    steward: Actor, run: FeedRun, now: datetime, dropped: Path
) -> None:
    (dropped / "returned").write_text("in the way")
    row = sent_back(steward, run, now)
    for tries in range(1, MOST_TRIES):
        carry_due(now=now)
        row.refresh_from_db()
        assert (row.state, row.tries, row.fault) == ("WAITING", tries, "NOT_PERMITTED")
        assert row.next_try_at is not None
        now = row.next_try_at
    carry_due(now=now)
    row.refresh_from_db()
    assert row.state == "GIVEN_UP"
    page = signed_in("steward_mzj").get(reverse("exchange:quality-return", args=[run.pk])).content.decode()
    assert "请对方授予" in page
    (dropped / "returned").unlink()
    try_again(steward, run.pk, now=now)
    carry_due(now=now)
    row.refresh_from_db()
    assert row.state == "DONE"
    with pytest.raises(ForbiddenMove):
        try_again(steward, run.pk, now=now)


def test_only_the_owners_stewards_try_again(
    steward: Actor, operator: Actor, run: FeedRun, now: datetime, dropped: Path
) -> None:
    sent_back(steward, run, now)
    with pytest.raises(NotPermitted):
        try_again(operator, run.pk, now=now)


@pytest.mark.parametrize(
    "elsewhere",
    [
        lambda: Source.objects.update(owner="121070"),
        lambda: Source.objects.update(resource="120012/000009"),
        lambda: Source.objects.all().delete(),
    ],
    ids=["another owner", "another resource", "deleted"],
)
def test_rows_go_to_nobody_but_who_sent_them(
    steward: Actor, run: FeedRun, now: datetime, dropped: Path, elsewhere: Callable[[], object]
) -> None:
    row = sent_back(steward, run, now)
    elsewhere()
    carry_due(now=now)
    row.refresh_from_db()
    assert (row.state, row.fault) == ("GIVEN_UP", SENDER_GONE)
    assert not (dropped / "returned").exists()


def test_what_a_person_uploaded_is_theirs_to_download(steward: Actor, now: datetime) -> None:
    made = uploaded(steward, now, "\n".join([*relief_lines(20), ",".join(row(id_number(99), size="x"))]).encode())
    returning.send_back(steward, made.pk, now=now)
    assert not RejectCarriage.objects.exists()
    page = signed_in("steward_mzj").get(reverse("exchange:quality-return", args=[made.pk])).content.decode()
    assert "请下载后转交" in page


def test_the_receipt_is_on_the_page(steward: Actor, run: FeedRun, now: datetime, dropped: Path) -> None:
    row = sent_back(steward, run, now)
    carry_due(now=now)
    row.refresh_from_db()
    page = signed_in("approver_mzj").get(reverse("exchange:quality-return", args=[run.pk])).content.decode()
    for told in ("已送回", "送回到：投放", row.sha256, "returned/救助-rejects.csv"):
        assert told in page


@pytest.fixture
def from_a_node(operator: Actor, now: datetime) -> FeedRun:
    """Return a run of a file that a node fetched from a folder of its own."""
    invited(operator, now=now)
    feed = nodes.order_feed(
        actor=operator,
        node="mzj-1",
        resource=RELIEF,
        connector="folder",
        settings={"path": "relief"},
        every_s=60,
        now=now,
    )
    Node.objects.update(state="JOINED", joined_at=now)
    from io import BytesIO

    info = exchange.receive_file(SYSTEM, RELIEF, "a.csv", BytesIO(small_dirty_file()), now=now, as_of=now, inline=False)
    process_run(info.id, now=now)
    Transfer.objects.create(
        id=info.id,
        node_id="mzj-1",
        feed=NodeFeed.objects.get(pk=feed),
        state="TAKEN",
        begun_at=now,
        ended_at=now,
        run=info.id,
    )
    return FeedRun.objects.get(pk=info.id)


def test_a_nodes_rejects_go_down_to_its_folder_and_the_receipt_comes_back(
    steward: Actor, from_a_node: FeedRun, now: datetime
) -> None:
    row = sent_back(steward, from_a_node, now)
    carry_due(now=now)
    row.refresh_from_db()
    dispatch = Dispatch.objects.get()
    assert dispatch.pk == row.dispatch
    assert (row.state, dispatch.node_id, dispatch.target, dispatch.filename) == (
        "SENT",
        "mzj-1",
        "relief/returned",
        "a-rejects.csv",
    )
    assert (dispatch.sha256, dispatch.size_bytes) == (row.sha256, row.size_bytes)
    carry_due(now=now + HOUR)
    row.refresh_from_db()
    assert row.state == "SENT"
    Dispatch.objects.update(state="DELIVERED", ended_at=now)
    carry_due(now=now + 2 * HOUR)
    row.refresh_from_db()
    assert (row.state, row.placed) == ("DONE", "relief/returned/a-rejects.csv")
    assert Dispatch.objects.count() == 1


def test_what_a_node_refuses_is_told(steward: Actor, from_a_node: FeedRun, now: datetime) -> None:
    row = sent_back(steward, from_a_node, now)
    carry_due(now=now)
    Dispatch.objects.update(state="FAILED", ended_at=now, reason="SETTINGS_WRONG")
    carry_due(now=now + HOUR)
    row.refresh_from_db()
    assert (row.state, row.fault) == ("GIVEN_UP", "NODE_REFUSED")
    try_again(steward, from_a_node.pk, now=now + HOUR)
    carry_due(now=now + HOUR)
    assert Dispatch.objects.filter(state="WAITING").count() == 1


def test_a_node_that_was_revoked_or_is_anothers_gets_nothing(
    steward: Actor, from_a_node: FeedRun, now: datetime
) -> None:
    row = sent_back(steward, from_a_node, now)
    Node.objects.update(organisation="121070")
    carry_due(now=now)
    row.refresh_from_db()
    assert (row.state, row.fault, Dispatch.objects.count()) == ("GIVEN_UP", SENDER_GONE, 0)


@given(st.lists(st.sampled_from(sorted({move.name for move in CARRIAGE.moves})), max_size=12))
def test_whatever_happens_it_is_done_once_at_most(names: list[str]) -> None:
    state, done = str(CarriageState.WAITING), 0
    for name in names:
        try:
            state = CARRIAGE.move(state, name).target
        except ForbiddenMove:
            continue
        done += state == CarriageState.DONE
    assert done <= 1
