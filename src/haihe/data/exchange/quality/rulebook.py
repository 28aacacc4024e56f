"""Which rules count: the newest version that a steward confirmed, else those that are shipped with the demo."""

from functools import cache
from typing import Any

import msgspec

from haihe.data.exchange import rules
from haihe.data.exchange.models import FeedRun
from haihe.data.exchange.quality.models import QualityReport, RuleState, RuleVersion
from haihe.data.exchange.quality.ruleset import RuleSet, default_checks
from haihe.data.exchange.rules import RegisterSchema


def current_version(resource: str) -> RuleVersion | None:
    """Return the confirmed version that counts now; None where the shipped rules do, or none at all."""
    return RuleVersion.objects.filter(resource=resource, state=RuleState.CONFIRMED).first()


def draft_of(resource: str) -> RuleVersion | None:
    return RuleVersion.objects.filter(resource=resource, state=RuleState.DRAFT).first()


def ruleset_of(resource: str) -> RuleSet:
    """Return the rules of one resource. Raises: NoRules."""
    version = current_version(resource)
    return contents_of(version) if version else shipped(resource)


def rules_of(resource: str) -> RegisterSchema:
    """Return the rules of a resource's rows. Raises: NoRules."""
    return ruleset_of(resource).schema


def rules_of_run(run: FeedRun) -> RegisterSchema:
    """Return the row rules that a run was read by: its rejects hold cells in their order. Raises: NoRules."""
    report = QualityReport.objects.select_related("rules").filter(pk=run.pk).first()
    if report is None:
        return rules_of(run.resource)
    return contents_of(report.rules).schema if report.rules else shipped(run.resource).schema


def rules_of_all() -> dict[str, RegisterSchema]:
    """Return the row rules of every resource that files can be taken for, by code."""
    versions = RuleVersion.objects.filter(state=RuleState.CONFIRMED).order_by("resource", "-number")
    confirmed = {each.resource: contents_of(each).schema for each in versions.distinct("resource")}
    with_files = {code: shipped(code).schema for code in rules.resources_with_rules()}
    return dict(sorted((with_files | confirmed).items()))


def contents_of(version: RuleVersion) -> RuleSet:
    """Return what a version says."""
    return read(version.contents)


def read(contents: Any) -> RuleSet:
    """Return stored contents as rules. Raises: msgspec.ValidationError."""
    return msgspec.convert(contents, type=RuleSet)


def written(ruleset: RuleSet) -> Any:
    """Return rules as they are stored."""
    return msgspec.to_builtins(ruleset)


@cache
def shipped(resource: str) -> RuleSet:
    """Return the rules in `registers/`, with the checks that fit any resource. Raises: NoRules."""
    schema = rules.rules_of(resource)
    return RuleSet(schema=schema, checks=default_checks(schema))
