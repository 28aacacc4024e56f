"""What the pages of rules show."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page
from django.http import Http404

from haihe.base.accounts.api import Actor
from haihe.data.exchange.ownership import owner_of
from haihe.data.exchange.quality import comparing, queries, rulebook, wording
from haihe.data.exchange.quality.models import RuleState, RuleVersion
from haihe.data.exchange.quality.operations.rules import digest_of
from haihe.data.exchange.quality.queries import Candidate
from haihe.data.exchange.quality.ruleset import RuleSet
from haihe.data.exchange.quality.wording import Text
from haihe.data.exchange.rules import Column, CrossRule, NoRules, RegisterSchema, RowSeverity

_SHOWN_OPTIONS = 6


@dataclass(frozen=True, slots=True)
class KeptRules:
    """One resource with rules, in the list."""

    schema: RegisterSchema
    owner: str
    has_draft: bool


@dataclass(frozen=True, slots=True)
class RulesListPage:
    kept: list[KeptRules]
    drafts: list[RuleVersion]
    candidates: "Page[Candidate]"
    search: str
    may_propose: bool


@dataclass(frozen=True, slots=True)
class ShownColumn:
    column: Column
    kind: Text
    personal: Text
    demands: str
    warns: bool


@dataclass(frozen=True, slots=True)
class ShownCheck:
    code: str
    kind: Text
    columns: str
    limit: str
    severity: Text
    tone: str


@dataclass(frozen=True, slots=True)
class ShownRule:
    code: str
    told: str
    sentence: str
    warns: bool


@dataclass(frozen=True, slots=True)
class ShownDifference:
    about: Text
    name: str
    what: Text
    before: Text
    after: Text


@dataclass(frozen=True, slots=True)
class RulesPage:
    """One version of the rules, what is different in it, and the other versions."""

    resource: str
    title: str
    owner: str
    ruleset: RuleSet
    version: RuleVersion | None
    columns: list[ShownColumn]
    rules: list[ShownRule]
    checks: list[ShownCheck]
    held: list[Text]
    versions: list[RuleVersion]
    differences: list[ShownDifference] = field(default_factory=list)
    may_keep: bool = False
    has_draft: bool = False
    seen: str = ""

    @property
    def is_draft(self) -> bool:
        return self.version is not None and self.version.state == RuleState.DRAFT

    @property
    def may_mend(self) -> bool:
        return self.is_draft and self.may_keep


@dataclass(frozen=True, slots=True)
class PartPage:
    resource: str
    title: str
    heading: Text
    lead: Text
    form: Any
    can_remove: bool


def rules_page(actor: Actor, resource: str, *, number: int | None = None) -> RulesPage:
    """Tell a version of a resource's rules: the one asked for, else the draft, else what counts. Raises: Http404."""
    if not queries.may_see(actor, resource):
        raise Http404
    versions = queries.versions_of(resource)
    version = _version(versions, number)
    ruleset = _ruleset(version, resource)
    seen = digest_of(version.contents) if version else ""
    schema = ruleset.schema
    return RulesPage(
        resource=resource,
        title=schema.title,
        owner=owner_of(resource),
        ruleset=ruleset,
        version=version,
        columns=[_column(column) for column in schema.columns],
        rules=[_rule(rule, schema) for rule in schema.cross_rules],
        checks=_checks(ruleset),
        held=[wording.DRIFTS[kind] for kind in ruleset.held],
        versions=versions,
        differences=_differences(versions, version, ruleset),
        may_keep=queries.may_keep(actor, resource),
        has_draft=any(each.state == RuleState.DRAFT for each in versions),
        seen=seen,
    )


def _version(versions: Sequence[RuleVersion], number: int | None) -> RuleVersion | None:
    if number is None:
        return versions[0] if versions else None
    found = next((each for each in versions if each.number == number), None)
    if found is None:
        raise Http404
    return found


def _ruleset(version: RuleVersion | None, resource: str) -> RuleSet:
    try:
        return rulebook.contents_of(version) if version else rulebook.shipped(resource)
    except NoRules:
        raise Http404 from None


def _differences(versions: list[RuleVersion], version: RuleVersion | None, ruleset: RuleSet) -> list[ShownDifference]:
    if version is None:
        return []
    before = next((each for each in versions if each.number < version.number), None)
    try:
        old = rulebook.contents_of(before) if before else rulebook.shipped(version.resource)
    except NoRules:
        return []
    return [_difference(each) for each in comparing.differences(old, ruleset)]


def _difference(each: comparing.Difference) -> ShownDifference:
    return ShownDifference(
        about=wording.ABOUT[each.about],
        name=each.name,
        what=wording.attribute(each.what) if each.what else "",
        before=wording.value(each.what, each.before, about=each.about),
        after=wording.value(each.what, each.after, about=each.about),
    )


def _column(column: Column) -> ShownColumn:
    warns = column.severity is RowSeverity.WARN
    return ShownColumn(column, wording.KINDS[column.kind], wording.PERSONAL[column.personal], _demands(column), warns)


def _demands(column: Column) -> str:
    return "；".join(demand for demand in (_content(column), column.pattern) if demand)


def _content(column: Column) -> str:
    if column.options:
        more = len(column.options) - _SHOWN_OPTIONS
        return "、".join(column.options[:_SHOWN_OPTIONS]) + (f" … +{more}" if more > 0 else "")
    if column.low is not None or column.high is not None:
        low, high = ("" if edge is None else f"{edge:g}" for edge in (column.low, column.high))
        return f"{low}–{high}"
    return f"≤ {column.max_length}" if column.kind == "TEXT" else ""


def _rule(rule: CrossRule, schema: RegisterSchema) -> ShownRule:
    titles = {column.field: column.title for column in schema.columns}
    told = f"{titles[rule.left]} {wording.OPERATORS[rule.operator]} {titles[rule.right]}"
    return ShownRule(rule.code, told, rule.sentence, rule.severity is RowSeverity.WARN)


def _checks(ruleset: RuleSet) -> list[ShownCheck]:
    return [
        ShownCheck(
            check.code,
            wording.CHECKS[check.kind],
            wording.fields_of(check, ruleset.schema),
            wording.limit_of(check),
            wording.SEVERITIES[check.severity],
            wording.TONES[check.severity],
        )
        for check in ruleset.checks
    ]
