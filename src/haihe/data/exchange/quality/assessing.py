"""After a run's rows were checked one by one: all of them together, a report, and whether they may be published."""

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from haihe.data.catalogue import api as catalogue
from haihe.data.exchange import lake, places
from haihe.data.exchange.counts import Counts
from haihe.data.exchange.engine import duck, text
from haihe.data.exchange.models import FeedRun, Mode, Snapshot
from haihe.data.exchange.quality import rulebook
from haihe.data.exchange.quality.findings import CheckFinding, stored
from haihe.data.exchange.quality.measuring import Circumstances, Target, measure
from haihe.data.exchange.quality.models import Decision, QualityReport, Stage, Verdict
from haihe.data.exchange.quality.profiling import Profile, profile_of
from haihe.data.exchange.quality.recording import record_first_shape
from haihe.data.exchange.quality.ruleset import RuleSet, Severity
from haihe.data.exchange.quality.scoring import scores, total
from haihe.data.exchange.rules import NoRules
from haihe.data.exchange.warned import Warned

CYCLE_DAYS: Final = {"REALTIME": 1.0, "DAILY": 1.0, "WEEKLY": 7.0, "MONTHLY": 31.0, "QUARTERLY": 92.0, "YEARLY": 366.0}


@dataclass(frozen=True, slots=True)
class Assessed:
    """The verdict, and the codes of the checks that led to it."""

    verdict: Verdict
    codes: tuple[str, ...]


def assess(
    run: FeedRun, data: Path, counts: Counts, ruleset: RuleSet, *, warned: Warned, work: Path, now: datetime
) -> Assessed:
    """Look at the accepted rows in a Parquet file together, keep the report, and say whether they may be published.

    `warned` says of which single rows the report is to tell; they count in the scores as rejected ones do.
    """
    findings, profile = _measured(run, data, counts.rows_accepted, ruleset, work, now)
    reasons = Counter(counts.reasons) + Counter(warned.reasons)
    scored = scores(ruleset.schema, rows=counts.rows_in, reasons=reasons, findings=findings)
    assessed = _verdict(run, findings)
    report, _ = QualityReport.objects.update_or_create(
        run=run,
        defaults={
            "resource": run.resource,
            "verdict": assessed.verdict,
            "findings": stored(findings),
            "profile": msgspec.to_builtins(profile),
            "scores": scored,
            "warned": asdict(warned),
            "total": total(scored),
            "made_at": now,
        },
    )
    if assessed.verdict == Verdict.PUBLISH:
        record_first_shape(report, now=now)
    return assessed


def cycle_days(resource: str) -> float | None:
    """Return after how many days the catalogue promises new data; None where it promises nothing."""
    entry = catalogue.resource(resource)
    return CYCLE_DAYS.get(entry.update_cycle) if entry else None


def _measured(
    run: FeedRun, data: Path, rows: int, ruleset: RuleSet, work: Path, now: datetime
) -> tuple[list[CheckFinding], Profile]:
    with duck(work) as connection:
        connection.execute(f"CREATE VIEW data AS SELECT * FROM read_parquet({text(data)})")  # noqa: S608 - a file of ours
        # Of a delta most rows came from snapshots before, maybe under other rules.
        all_checked = run.mode == Mode.FULL
        profile = profile_of(connection, ruleset.schema, snapshot=run.snapshot_name, rows=rows, all_checked=all_checked)
        about = Circumstances(
            as_of=run.as_of,
            now=now,
            rows=rows,
            cycle_days=cycle_days(run.resource),
            before=_profile_in_use(run.resource),
            profile=profile,
            target=_target,
        )
        return [measure(connection, check, ruleset.schema, about) for check in ruleset.checks], profile


def _verdict(run: FeedRun, findings: list[CheckFinding]) -> Assessed:
    failed = [finding for finding in findings if not finding.passed]
    by_severity = {severity: tuple(each.code for each in failed if each.severity == severity) for severity in Severity}
    if by_severity[Severity.REJECT]:
        return Assessed(Verdict.REJECT, by_severity[Severity.REJECT])
    accepted = Decision.objects.filter(run=run, stage=Stage.CONTENT, accepted=True).exists()
    if by_severity[Severity.HOLD] and not accepted:
        return Assessed(Verdict.HOLD, by_severity[Severity.HOLD])
    return Assessed(Verdict.PUBLISH, ())


def _profile_in_use(resource: str) -> Profile | None:
    """Return the profile of the snapshot that serves now; None where there is none, or from before there were any."""
    report = QualityReport.objects.filter(run__snapshot__is_current=True, resource=resource).first()
    return msgspec.convert(report.profile, type=Profile) if report and report.profile else None


def _target(resource: str) -> Target | None:
    """Return where the rows of another resource lie that serve now. Raises: SnapshotDamaged."""
    current = Snapshot.objects.filter(resource=resource, is_current=True).select_related("run").first()
    try:
        schema = rulebook.rules_of(resource)
    except NoRules:
        return None
    if current is None:
        return None
    folder = places.data_dir() / current.path
    return Target(lake.checked_file(folder, lake.DATA, manifest_sha256=current.run.manifest_sha256), schema)
