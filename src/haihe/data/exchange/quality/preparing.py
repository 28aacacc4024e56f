"""Before a run's rows are read: which rules and mapping it uses, and whether its columns wait for a decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from haihe.data.exchange.models import FeedRun
from haihe.data.exchange.ports import Format, OpenSource
from haihe.data.exchange.quality import drift, rulebook
from haihe.data.exchange.quality.drift import Agreed, MappedColumn
from haihe.data.exchange.quality.findings import ColumnFinding, stored
from haihe.data.exchange.quality.looking import Look, look_at
from haihe.data.exchange.quality.models import ColumnMapping, Decision, QualityReport, RuleVersion, Stage
from haihe.data.exchange.quality.ruleset import RuleSet
from haihe.data.exchange.rules import RegisterSchema


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a run is read by. `held` are the findings that a steward must decide on first; empty: it may go on."""

    ruleset: RuleSet
    schema: RegisterSchema
    held: tuple[ColumnFinding, ...]


def prepare(run: FeedRun, source: OpenSource, format_: Format, *, now: datetime) -> Prepared:
    """Find rules and mapping for a run, and write down what is different about its columns.

    Raises: NoRules, FileRefused.
    """
    version = rulebook.current_version(run.resource)
    ruleset = rulebook.contents_of(version) if version else rulebook.shipped(run.resource)
    look = look_at(source, format_, known_titles(run.resource, ruleset.schema))
    mapping = mapping_for(run.resource, look)
    agreed = Agreed(drift.read(mapping.columns)) if mapping else None
    columns = drift.mapped(look, ruleset.schema, agreed)
    noticed = drift.differences(look, ruleset, agreed, columns)
    _write(run, version, mapping, columns, noticed, now)
    held = tuple(each for each in noticed if each.holds) if _may_hold(run, noticed, agreed, columns) else ()
    # Where nothing could be mapped by a person either, reading tells which columns are missing.
    return Prepared(ruleset, drift.effective(ruleset.schema, columns) if columns else ruleset.schema, held)


def known_titles(resource: str, schema: RegisterSchema) -> list[str]:
    """Return every title that was ever agreed on for a resource, those of the rules first."""
    titles = [title for column in schema.columns for title in (column.title, *column.aliases)]
    for mapping in ColumnMapping.objects.filter(resource=resource)[:20]:
        titles += [each.title for each in drift.read(mapping.columns)]
    return titles


def mapping_for(resource: str, look: Look) -> ColumnMapping | None:
    """Return the newest mapping of files of just this shape, else the newest of all."""
    mappings = list(ColumnMapping.objects.filter(resource=resource))
    same = (each for each in mappings if Agreed(drift.read(each.columns)).is_shape_of(look.titles))
    return next(same, mappings[0] if mappings else None)


def _may_hold(
    run: FeedRun, noticed: Sequence[ColumnFinding], agreed: Agreed | None, columns: Sequence[MappedColumn]
) -> bool:
    """A run waits unless a steward decided already; the first file of all is refused where it has nothing to map."""
    if Decision.objects.filter(run=run, stage=Stage.COLUMNS, accepted=True).exists():
        return False
    has_spare = any(not each.field for each in columns)
    return agreed is not None or has_spare or not any(each.field and not each.after for each in noticed)


def _write(
    run: FeedRun,
    version: RuleVersion | None,
    mapping: ColumnMapping | None,
    columns: Sequence[MappedColumn],
    noticed: Sequence[ColumnFinding],
    now: datetime,
) -> None:
    QualityReport.objects.update_or_create(
        run=run,
        defaults={
            "resource": run.resource,
            "rules": version,
            "mapping": mapping,
            "columns": msgspec.to_builtins(list(columns)),
            "noticed": stored(list(noticed)),
            "made_at": now,
        },
    )
