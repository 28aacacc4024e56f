"""All accepted rows together: what repeats, what is missing elsewhere, what is odd beside the snapshot before."""

import io
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
import pytest

from haihe.base.accounts.api import Actor
from haihe.data.exchange import api
from haihe.data.exchange.models import FeedRun, Snapshot
from haihe.data.exchange.quality import rulebook
from haihe.data.exchange.quality.findings import CheckFinding, check_findings
from haihe.data.exchange.quality.models import QualityReport
from haihe.data.exchange.quality.operations import deciding
from haihe.data.exchange.quality.operations import rules as operations
from haihe.data.exchange.quality.ruleset import Check, CheckKind, RuleSet, Severity
from haihe.data.exchange.rules import Operator
from haihe.data.exchange.testing import HEADER, RELIEF, id_number, relief_lines, row

pytestmark = pytest.mark.django_db
ROWS = 40


@dataclass
class Desk:
    """A steward who feeds the relief register under rules of their own."""

    steward: Actor
    now: datetime

    def rules(self, *checks: Check) -> None:
        operations.begin_draft(self.steward, RELIEF, now=self.now)
        ruleset = RuleSet(schema=rulebook.shipped(RELIEF).schema, checks=checks)
        draft = operations.edit_draft(self.steward, RELIEF, ruleset, now=self.now)
        operations.confirm_draft(self.steward, RELIEF, seen=operations.digest_of(draft.contents), now=self.now)

    def feed(self, lines: list[str], *, as_of: datetime | None = None) -> api.FeedRunInfo:
        content = io.BytesIO("\n".join(lines).encode())
        return api.receive_file(self.steward, RELIEF, "a.csv", content, now=self.now, as_of=as_of)


@pytest.fixture
def desk(steward: Actor, now: datetime) -> Desk:
    return Desk(steward, now)


def rows(count: int = ROWS, **said: str) -> list[str]:
    return [HEADER, *(",".join(row(id_number(serial), **said)) for serial in range(count))]


def found(run: api.FeedRunInfo) -> CheckFinding:
    (finding,) = check_findings(QualityReport.objects.get(pk=run.id).findings)
    return finding


def check(kind: CheckKind, *fields: str, severity: Severity = Severity.HOLD, **told: object) -> Check:
    return msgspec.convert(
        {"code": "CHECK", "kind": kind, "severity": severity, "fields": fields, **told}, type=Check, strict=False
    )


@pytest.mark.parametrize(
    ("asked", "odd", "broken"),
    [
        (check(CheckKind.UNIQUE, "name"), rows(), ROWS),
        (check(CheckKind.UNIQUE, "id_number"), rows(), 0),
        (check(CheckKind.UNIQUE, "division", "id_number"), rows(), 0),
        (check(CheckKind.PATTERN, "division", pattern="12010[45]\\d+"), rows(), ROWS),
        (check(CheckKind.PATTERN, "division", pattern="120103\\d+"), rows(), 0),
        (check(CheckKind.RANGE, "household_size", low=4), rows(), ROWS),
        (check(CheckKind.RANGE, "monthly_amount_yuan", low=1, high=1010), rows(), 0),
        (check(CheckKind.FILLED, "status"), rows(), 0),
        (check(CheckKind.ORDER, "valid_until", "valid_from", operator=Operator.LE), rows(), ROWS),
        (check(CheckKind.REFERENCE, "householder_id_number", target=RELIEF, target_field="id_number"), rows(), None),
    ],
)
def test_rows_that_break_a_check_are_counted_with_some_of_their_lines(
    desk: Desk, asked: Check, odd: list[str], broken: int | None
) -> None:
    desk.rules(asked)
    run = desk.feed(odd)
    finding = found(run)
    if broken is None:
        assert (finding.measured, run.state) == (None, "PUBLISHED")
        return
    assert (finding.broken, finding.measured) == (broken, 100 * broken / ROWS)
    assert finding.lines == (tuple(range(2, 12)) if broken else ())
    assert run.state == ("HELD" if broken else "PUBLISHED")


def test_orphans_are_those_whose_person_is_not_in_the_other_register(desk: Desk, now: datetime) -> None:
    desk.feed(rows())
    desk.rules(check(CheckKind.REFERENCE, "householder_id_number", target=RELIEF, target_field="id_number", limit=50))
    lines = rows()
    lines[1] = ",".join(row(id_number(0), householder=id_number(9_000)))
    finding = found(desk.feed(lines))
    assert (finding.broken, finding.lines, finding.passed) == (1, (2,), True)


def test_fewer_rows_than_before_hold_the_run_until_somebody_says_it_is_right(desk: Desk, now: datetime) -> None:
    desk.rules(check(CheckKind.ROWS, limit=30))
    assert desk.feed(rows()).state == "PUBLISHED"
    held = desk.feed(rows(20))
    assert (held.state, held.outcome_code, found(held).measured) == ("HELD", "HELD_CONTENT", 50)
    assert held.rows_accepted == 20
    current = Snapshot.objects.get(is_current=True)
    assert current.row_count == ROWS
    deciding.accept_content(desk.steward, held.id, "区划调整", now=now)
    run = FeedRun.objects.get(pk=held.id)
    assert run.state == "PUBLISHED"
    assert Snapshot.objects.get(is_current=True).row_count == 20
    assert run.decisions.get().words == "区划调整"
    # What was held lies in the lake now and nowhere else.
    assert run.folder.startswith("lake/")


@pytest.mark.parametrize(
    ("asked", "changed", "measured"),
    [
        (check(CheckKind.SHARES, "status", limit=20), rows(status="停保"), 100),
        (check(CheckKind.MEAN, "household_size", limit=20), rows(size="6"), 100),
        (check(CheckKind.SPREAD, "household_size", limit=25), rows(size="6"), None),
        (check(CheckKind.SHARES, "division", limit=20), rows(division="120104001001"), 100),
        (check(CheckKind.EMPTY, "status", limit=20), rows(), 0),
    ],
)
def test_what_is_odd_beside_the_snapshot_before(
    desk: Desk, asked: Check, changed: list[str], measured: float | None
) -> None:
    desk.rules(asked)
    first = desk.feed(rows())
    assert (first.state, found(first).measured) == ("PUBLISHED", None)
    assert desk.feed(rows()).state == "PUBLISHED"
    odd = desk.feed(changed)
    finding = found(odd)
    assert finding.measured is not None
    assert finding.measured > asked.limit or measured == 0
    if measured is not None:
        assert finding.measured == pytest.approx(measured)
    assert odd.state == ("PUBLISHED" if measured == 0 else "HELD")


def test_a_severe_check_refuses_the_delivery(desk: Desk) -> None:
    desk.rules(check(CheckKind.UNIQUE, "name", severity=Severity.REJECT))
    run = desk.feed(rows())
    assert (run.state, run.outcome_code) == ("REJECTED", "CHECKS_FAILED")
    assert "CHECK" in run.outcome


def test_a_warning_is_told_and_publishes(desk: Desk) -> None:
    desk.rules(check(CheckKind.UNIQUE, "name", severity=Severity.WARN))
    run = desk.feed(rows())
    assert run.state == "PUBLISHED"
    assert not found(run).passed


def test_old_data_is_noticed(desk: Desk, now: datetime) -> None:
    desk.rules(check(CheckKind.FRESH, severity=Severity.WARN, limit=31))
    run = desk.feed(rows(), as_of=now - timedelta(days=40))
    assert found(run).measured == pytest.approx(40, abs=0.01)
    report = QualityReport.objects.get(pk=run.id)
    assert report.scores["TIMELINESS"] == pytest.approx(100 - 100 * 9 / 31, abs=0.1)


def test_each_run_says_which_rules_it_used(desk: Desk) -> None:
    shipped = desk.feed(relief_lines(ROWS))
    desk.rules()
    ruled = desk.feed(relief_lines(ROWS))
    reports = [QualityReport.objects.get(pk=run.id) for run in (shipped, ruled)]
    assert [report.rules.number if report.rules else None for report in reports] == [None, 1]


def test_scores_tell_dimension_by_dimension(desk: Desk) -> None:
    lines = rows()
    lines[1] = ",".join(row(id_number(0), size="90"))
    lines[2] = ",".join(row(id_number(1), valid_from="2028-01-01"))
    lines[3] = ",".join(row(id_number(2), status="?"))
    lines[4] = ",".join(row(id_number(3), name=""))
    desk.rules(check(CheckKind.UNIQUE, "name", severity=Severity.WARN))
    report = QualityReport.objects.get(pk=desk.feed(lines).id)
    share = 100 - 100 / ROWS
    assert report.scores == {
        "COMPLETENESS": share,
        "CONFORMITY": share,
        "ACCURACY": share,
        "CONSISTENCY": share,
        "UNIQUENESS": 0,
    }
    assert report.total == pytest.approx(share * 4 / 5)
