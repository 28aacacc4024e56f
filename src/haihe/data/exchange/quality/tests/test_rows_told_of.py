"""A rule that warns lets the row in, and the report tells of it: counted, by reason, masked, for those who may see."""

import io
import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from msgspec import structs

from haihe.base.accounts.api import Actor
from haihe.data.exchange import api as exchange
from haihe.data.exchange import lake, places
from haihe.data.exchange.models import FeedRun, RunState
from haihe.data.exchange.quality import mending, rulebook
from haihe.data.exchange.quality.models import QualityReport
from haihe.data.exchange.quality.operations import rules as operations
from haihe.data.exchange.quality.ruleset import RuleSet
from haihe.data.exchange.quality.tests.test_columns_that_changed import fed
from haihe.data.exchange.reading import read_rows
from haihe.data.exchange.records import snapshot_info
from haihe.data.exchange.rules import RowSeverity
from haihe.data.exchange.testing import HEADER, RELIEF, id_number, row
from haihe.data.exchange.tests.test_pages import signed_in
from haihe.data.exchange.warned import KEPT_A_REASON, WARNED

pytestmark = pytest.mark.django_db
WARN = RowSeverity.WARN


def told(ruleset: RuleSet, **columns: dict[str, object]) -> RuleSet:
    """Return the rules with some attributes of columns changed, and the cross rule warning."""
    for field, attributes in columns.items():
        column = next(each for each in ruleset.schema.columns if each.field == field)
        ruleset = mending.with_part(ruleset, "column", field, structs.replace(column, **attributes))
    (cross,) = ruleset.schema.cross_rules
    return mending.with_part(ruleset, "rule", cross.code, structs.replace(cross, severity=WARN))


def confirm(steward: Actor, ruleset: RuleSet, now: datetime) -> None:
    operations.begin_draft(steward, RELIEF, now=now)
    draft = operations.edit_draft(steward, RELIEF, ruleset, now=now)
    operations.confirm_draft(steward, RELIEF, seen=operations.digest_of(draft.contents), now=now)


@pytest.fixture
def run(steward: Actor, now: datetime) -> FeedRun:
    """Return a run in which seven rows break something of which four rules only warn."""
    ruleset = told(
        rulebook.shipped(RELIEF),
        household_size={"severity": WARN},
        status={"severity": WARN},
        certificate_no={"severity": WARN, "pattern": "津低保[0-9]{4}"},
        relief_type={"pattern": ".*"},
    )
    confirm(steward, ruleset, now)
    rows = [
        row(id_number(1)),
        row(id_number(2), size="77"),
        row(id_number(3), status="待核"),
        row(id_number(4), certificate_no="津特困0001"),
        row(id_number(5), valid_from="2027-03-01"),
        row(id_number(6), size="0", status="待核"),
        row(id_number(7), size="many"),
        row(id_number(8), status="=1+1"),
        row(id_number(9), size="88"),
        row(id_number(9), size="88"),
    ]
    lines = [HEADER, *(",".join(each) for each in [*rows, *(row(id_number(serial)) for serial in range(20, 60))])]
    return FeedRun.objects.get(pk=fed(steward, lines, now).id)


def test_rows_that_break_a_warning_rule_are_accepted_and_counted(run: FeedRun) -> None:
    assert (run.state, run.rows_accepted, run.reasons) == (
        RunState.PUBLISHED,
        47,
        {"BAD_NUMBER": 1, "FORMULA_TEXT": 1, "DUPLICATE": 1},
    )
    report = QualityReport.objects.get(run=run)
    assert report.warned == {
        "rows": 6,
        "reasons": {"OUT_OF_RANGE": 3, "NOT_IN_LIST": 1, "BAD_FORMAT": 1, "PERIOD_REVERSED": 1},
    }
    sizes = [
        size for batch in read_rows(snapshot_info(run.snapshot), ["household_size"]) for size in batch[1].to_pylist()
    ]
    assert {77, 0, 88} <= set(sizes)


def test_what_a_file_of_them_holds_is_encrypted(run: FeedRun) -> None:
    content = (places.data_dir() / run.folder / WARNED).read_bytes()
    assert id_number(2).encode() not in content
    assert lake.checked_file(places.data_dir() / run.folder, WARNED, manifest_sha256=run.manifest_sha256).exists()


def test_a_steward_looks_at_them_by_reason_and_sees_no_number(run: FeedRun) -> None:
    client = signed_in("steward_mzj")
    report = client.get(reverse("exchange:quality-report", args=[run.pk])).content.decode()
    assert "采用但有提示的行" in report
    address = reverse("exchange:quality-warned", args=[run.pk])
    page = client.get(address, {"code": "OUT_OF_RANGE"}).content.decode()
    assert page.count("exchange-line") == 3
    assert "家庭人口：77" in page
    assert "状态</strong>" in " ".join(page.split()).replace(" </strong>", "</strong>")
    for serial in (2, 6, 9):
        assert id_number(serial) not in page
    assert client.get(address).content.decode().count("exchange-line") == 6
    assert client.get(address, {"code": "x\x00"}).content.decode().count("exchange-line") == 6


def test_only_the_first_of_a_reason_are_kept_and_the_page_says_so(steward: Actor, now: datetime) -> None:
    confirm(steward, told(rulebook.shipped(RELIEF), household_size={"severity": WARN}), now)
    rows = KEPT_A_REASON + 7
    made = fed(steward, [HEADER, *(",".join(row(id_number(serial), size="40")) for serial in range(rows))], now)
    assert QualityReport.objects.get(run=made.id).rows_warned == rows
    client = signed_in("steward_mzj")
    last = client.get(reverse("exchange:quality-warned", args=[made.id]), {"page": "999"}).content.decode()
    assert "每个理由只列出前 2,000 行" in last
    assert f"{KEPT_A_REASON + 1}</td>" in last


def test_where_nothing_warns_there_is_nothing_to_see(steward: Actor, now: datetime) -> None:
    made = fed(steward, [HEADER, ",".join(row(id_number(1)))], now)
    assert QualityReport.objects.get(run=made.id).warned == {"rows": 0, "reasons": {}}
    assert not (places.data_dir() / FeedRun.objects.get(pk=made.id).folder / WARNED).exists()
    page = signed_in("steward_mzj").get(reverse("exchange:quality-warned", args=[made.id])).content.decode()
    assert "没有需要提示的行" in page


@pytest.fixture
def draft(steward: Actor, now: datetime) -> Client:
    operations.begin_draft(steward, RELIEF, now=now)
    return signed_in("steward_mzj")


def column_form(**changed: str) -> dict[str, str]:
    told = {"title": "救助证号", "kind": "TEXT", "personal": "SEALED", "max_length": "40", "severity": "REJECT"}
    return told | changed


COLUMN = reverse("exchange:quality-column", args=["certificate_no", RELIEF])


@pytest.mark.parametrize(
    ("pattern", "told"),
    [("(a", "括号不成对"), ("(?=a)", "不支持的写法"), ("a{9999}", "重复次数"), ("[z-a]", "范围不对")],
)
def test_a_pattern_that_is_none_is_refused_with_what_is_wrong(draft: Client, pattern: str, told: str) -> None:
    answer = draft.post(COLUMN, column_form(pattern=pattern))
    assert (answer.status_code, told in answer.content.decode()) == (422, True)


def test_a_pattern_is_for_texts(draft: Client) -> None:
    answer = draft.post(
        reverse("exchange:quality-column", args=["household_size", RELIEF]),
        column_form(title="家庭人口", kind="INTEGER", personal="NONE", pattern="[0-9]"),
    )
    assert "只用于文字和代码" in answer.content.decode()


def test_pattern_and_severity_are_kept_and_shown(draft: Client) -> None:
    assert draft.post(COLUMN, column_form(pattern="津低保[0-9]{4}", severity="WARN")).status_code == 302
    page = draft.get(reverse("exchange:quality-rules", args=[RELIEF])).content.decode()
    for told in ("津低保[0-9]{4}", "不符时提示", "采用这一行，在报告中提示"):
        assert told in page


def test_rows_of_changes_have_the_line_of_their_own_file(steward: Actor, now: datetime) -> None:
    confirm(steward, told(rulebook.shipped(RELIEF), household_size={"severity": WARN}), now)
    whole = [",".join(row(id_number(serial), size="40" if serial == 1 else "3")) for serial in range(9)]
    fed(steward, [HEADER, *whole], now)
    lines = [f"{HEADER},_op", *(",".join([*row(id_number(serial), size="50"), "upsert"]) for serial in (4, 20))]
    later = now + timedelta(hours=1)
    content = io.BytesIO("\n".join(lines).encode())
    made = exchange.receive_file(steward, RELIEF, "b.csv", content, now=later, mode="delta", inline=True)
    address = reverse("exchange:quality-warned", args=[made.id])
    page = " ".join(signed_in("steward_mzj").get(address).content.decode().split())
    found = re.findall(r'exchange-line">([^<]*)</td>', page)
    assert found == ["原有", "2", "3"]
    assert "标“原有”的行不在这份增量里" in page
