"""A file whose columns aren't those agreed on is never guessed at: it waits, and the last good snapshot serves."""

import io
import json
from datetime import datetime, timedelta

import pytest

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.base.notices.models import Notice
from haihe.data.exchange import api, places
from haihe.data.exchange.models import FeedRun
from haihe.data.exchange.operations.tidy import tidy_up
from haihe.data.exchange.quality.findings import column_findings
from haihe.data.exchange.quality.models import ColumnMapping, Decision, QualityReport
from haihe.data.exchange.quality.operations import deciding
from haihe.data.exchange.quality.queries import NotHeld
from haihe.data.exchange.testing import HEADER, RELIEF, id_number, relief_lines, row

pytestmark = pytest.mark.django_db
ROWS = 30


def fed(steward: Actor, lines: list[str], now: datetime) -> api.FeedRunInfo:
    return api.receive_file(steward, RELIEF, "救助对象.csv", io.BytesIO("\n".join(lines).encode()), now=now)


def lines_with(header: str, **said: str) -> list[str]:
    return [header, *(",".join(row(id_number(serial), **said)) for serial in range(ROWS))]


def noticed(run: api.FeedRunInfo) -> list[tuple[str, bool]]:
    return [(each.kind, each.holds) for each in column_findings(QualityReport.objects.get(pk=run.id).noticed)]


@pytest.fixture
def good(steward: Actor, now: datetime) -> api.FeedRunInfo:
    return fed(steward, relief_lines(ROWS), now)


@pytest.fixture
def later(now: datetime) -> datetime:
    return now + timedelta(hours=1)


def test_the_first_file_that_is_used_is_what_is_agreed_on(good: api.FeedRunInfo) -> None:
    assert good.state == "PUBLISHED"
    mapping = ColumnMapping.objects.get()
    assert (mapping.number, mapping.basis, mapping.run_id) == (1, "TITLES", good.id)
    assert mapping.columns[0] == {"title": "姓名", "field": "name", "share": 1.0}


@pytest.mark.django_db(transaction=True)
def test_so_it_is_in_transactions_of_its_own(steward: Actor, now: datetime, later: datetime) -> None:
    assert fed(steward, relief_lines(ROWS), now).state == "PUBLISHED"
    held = fed(steward, lines_with(HEADER.replace("救助证号", "救助证书号")), later)
    fields = [column["field"] for column in ColumnMapping.objects.get().columns]
    titles = HEADER.replace("救助证号", "救助证书号").split(",")
    deciding.accept_columns(steward, held.id, dict(zip(titles, fields, strict=True)), now=later)
    assert FeedRun.objects.get(pk=held.id).state == "PUBLISHED"


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (HEADER.replace("开始日期", "起始日期"), "RENAMED"),
        (HEADER.replace("救助证号", "备用字段"), "MISSING"),
    ],
    ids=["renamed", "missing"],
)
def test_a_column_under_another_name_holds_the_run(
    good: api.FeedRunInfo, steward: Actor, later: datetime, header: str, kind: str
) -> None:
    held = fed(steward, lines_with(header), later)
    assert (held.state, held.outcome_code, held.rows_in) == ("HELD", "HELD_COLUMNS", 0)
    assert (kind, True) in noticed(held)
    snapshot = api.latest_snapshot(RELIEF)
    assert snapshot is not None
    assert snapshot.as_of == good.as_of
    assert places.received_file(FeedRun.objects.get(pk=held.id)).exists()
    notice = Notice.objects.get(kind="exchange.held")
    assert (notice.role, notice.organisation, str(held.id) in notice.path) == ("STEWARD", "120012", True)


def test_a_column_more_holds_the_run_but_not_the_very_first(steward: Actor, now: datetime, later: datetime) -> None:
    more = [line + (",备注" if place == 0 else ",无") for place, line in enumerate(relief_lines(ROWS))]
    first = fed(steward, more, now)
    assert (first.state, noticed(first)) == ("PUBLISHED", [("NEW", False)])
    again = fed(steward, more, later)
    assert (again.state, noticed(again)) == ("PUBLISHED", [])
    even_more = [line + (",又一列" if place == 0 else ",无") for place, line in enumerate(more)]
    held = fed(steward, even_more, later)
    assert (held.state, noticed(held)) == ("HELD", [("NEW", True)])


def test_content_of_another_type_holds_the_run(good: api.FeedRunInfo, steward: Actor, later: datetime) -> None:
    held = fed(steward, lines_with(HEADER, amount="约一千元"), later)
    assert (held.state, noticed(held)) == ("HELD", [("CONTENT", True)])


def test_another_order_is_noticed_and_read_by_the_titles(
    good: api.FeedRunInfo, steward: Actor, later: datetime
) -> None:
    turned = [",".join(reversed(line.split(","))) for line in relief_lines(ROWS)]
    run = fed(steward, turned, later)
    assert (run.state, run.rows_accepted, noticed(run)) == ("PUBLISHED", ROWS, [("REORDERED", False)])


def test_one_column_under_two_of_its_titles_is_nobodys_to_choose(steward: Actor, now: datetime) -> None:
    twice = [f"{line},{'身份证号' if place == 0 else id_number(7)}" for place, line in enumerate(relief_lines(ROWS))]
    held = fed(steward, twice, now)
    assert (held.state, noticed(held)) == ("HELD", [("NEW", True)])


def test_objects_may_leave_keys_out_and_may_not_bring_new_ones(
    good: api.FeedRunInfo, steward: Actor, later: datetime
) -> None:
    said = [dict(zip(HEADER.split(","), row(id_number(serial)), strict=True)) for serial in range(ROWS)]
    fewer = [{title: cell for title, cell in each.items() if title != "救助证号"} for each in said]
    run = fed(steward, [json.dumps(fewer, ensure_ascii=False)], later)
    assert (run.state, run.rows_accepted, noticed(run)) == ("PUBLISHED", ROWS, [])
    more = [each | {"新字段": "x"} for each in said]
    held = fed(steward, [json.dumps(more, ensure_ascii=False)], later)
    assert (held.state, noticed(held)) == ("HELD", [("NEW", True)])
    titles = [column["title"] for column in QualityReport.objects.get(pk=held.id).columns]
    columns = {column["title"]: column["field"] for column in ColumnMapping.objects.get().columns}
    deciding.accept_columns(steward, held.id, {title: columns.get(title, "") for title in titles}, now=later)
    assert FeedRun.objects.get(pk=held.id).state == "PUBLISHED"


def test_what_marks_changes_is_no_column_of_the_department(
    good: api.FeedRunInfo, steward: Actor, later: datetime
) -> None:
    lines = [f"{'_op' if place == 0 else 'upsert'},{line}" for place, line in enumerate(relief_lines(ROWS))]
    run = fed(steward, lines, later)
    assert (run.state, noticed(run)) == ("PUBLISHED", [])


def test_titles_nobody_ever_saw_wait_for_a_person(steward: Actor, now: datetime) -> None:
    titles = "xm;sfzhm;f3;f4;f5;f6;f7;f8;f9;f10;f11"
    lines = [titles, *(";".join(row(id_number(serial))) for serial in range(ROWS))]
    held = fed(steward, lines, now)
    assert held.state == "HELD"
    assert [column["title"] for column in QualityReport.objects.get(pk=held.id).columns] == titles.split(";")


def test_the_steward_says_what_the_columns_are_and_the_same_file_goes_on(
    good: api.FeedRunInfo, steward: Actor, later: datetime
) -> None:
    header = HEADER.replace("开始日期", "起保日期").replace("状态", "当前情况")
    held = fed(steward, lines_with(header), later)
    fields = [column["field"] for column in ColumnMapping.objects.get().columns]
    chosen = dict(zip(header.split(","), fields, strict=True))
    mapping = deciding.accept_columns(steward, held.id, chosen, now=later)
    assert (mapping.number, mapping.basis, mapping.confirmed_by) == (2, "PERSON", steward.name)
    run = FeedRun.objects.get(pk=held.id)
    assert (run.state, run.rows_accepted) == ("PUBLISHED", ROWS)
    assert [move.name for move in run.moves.all()][-5:] == ["hold", "resume", "begin", "check", "publish"]
    assert not places.received_file(run).exists()
    assert QualityReport.objects.get(pk=run.pk).mapping == mapping
    # The next file of either shape needs nobody.
    for lines in (lines_with(header), relief_lines(ROWS)):
        assert fed(steward, lines, later + timedelta(hours=1)).state == "PUBLISHED"
    assert ColumnMapping.objects.count() == 2


def test_a_mapping_needs_every_required_column_once(good: api.FeedRunInfo, steward: Actor, later: datetime) -> None:
    held = fed(steward, lines_with(HEADER.replace("开始日期", "起保日期")), later)
    for chosen, twice in (({"姓名": "name"}, False), ({"姓名": "name", "状态": "name"}, True)):
        with pytest.raises(deciding.MappingRefused) as refused:
            deciding.accept_columns(steward, held.id, chosen, now=later)
        assert refused.value.twice is twice
    assert FeedRun.objects.get(pk=held.id).state == "HELD"
    assert not Decision.objects.exists()


def test_a_refused_file_is_gone_and_the_run_ended(good: api.FeedRunInfo, steward: Actor, later: datetime) -> None:
    held = fed(steward, lines_with(HEADER, amount="约一千元"), later)
    deciding.refuse_held(steward, held.id, "金额写成了文字", now=later)
    run = FeedRun.objects.get(pk=held.id)
    assert (run.state, run.outcome_code, run.finished_at) == ("REJECTED", "REFUSED_BY_STEWARD", later)
    assert not places.received_file(run).exists()
    with pytest.raises(NotHeld):
        deciding.refuse_held(steward, held.id, "", now=later)


def test_nobody_else_decides(good: api.FeedRunInfo, steward: Actor, operator: Actor, outsider: Actor) -> None:
    held = fed(steward, lines_with(HEADER, amount="约一千元"), good.as_of)
    for who in (operator, outsider):
        with pytest.raises((NotHeld, NotPermitted)):
            deciding.refuse_held(who, held.id, "", now=good.as_of)
        with pytest.raises((NotHeld, NotPermitted)):
            deciding.accept_columns(who, held.id, {}, now=good.as_of)


def test_a_held_run_waits_as_long_as_it_takes(good: api.FeedRunInfo, steward: Actor, later: datetime) -> None:
    held = fed(steward, lines_with(HEADER, amount="约一千元"), later)
    assert tidy_up(now=later + timedelta(days=400)) == []
    run = FeedRun.objects.get(pk=held.id)
    assert run.state == "HELD"
    assert places.received_file(run).exists()
