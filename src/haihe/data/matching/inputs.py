"""The inputs of a model as they stand now: granted for its purpose, published, fresh enough. The grant is the rule.

A department needs no grant for its own registers. For another's it needs one for the model's purpose that is in force,
given for batches: a grant to ask the gateway for one person at a time is none to look at everybody. It must permit each
field that the model looks at or shows, but for the subject itself, by whom everything is found. What the grant masks is
shown masked; it can be compared only where that says no more than the mask: by the keyed hash, equal or not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from haihe.data.catalogue import api as catalogue
from haihe.data.exchange import api as exchange
from haihe.data.matching.definition import Definition, Input
from haihe.data.matching.errors import NotGranted
from haihe.data.matching.tables import Field, Stored, Table
from haihe.data.sharing import api as sharing
from haihe.kernel.mask_rules import Mask, compile_mask

_STORED: Final = {
    "SUBJECT": Stored.IDENTITY_KEY,
    "IDENTITY": Stored.IDENTITY_KEY,
    "NAME": Stored.NAME_KEY,
    "SEALED": Stored.HIDDEN,
}
_PLAIN: Final = {"INTEGER": Stored.INTEGER, "DECIMAL": Stored.DECIMAL, "DATE": Stored.DATE}
_ACTIVE: Final = "ACTIVE"
_WHOLE: Final = {"mask": "none"}
_IN_BULK: Final = frozenset({"BATCH", "FILE"})


@dataclass(frozen=True, slots=True)
class Granted:
    """One input, ready to be read: its table with the granted fields only, and what permits it.

    `grant` is None and `service` "" for a department's own register; `until` is when the permission ends, if it does.
    """

    input: Input
    snapshot: exchange.SnapshotInfo
    table: Table
    owner: str
    service: str
    grant: UUID | None
    legal_basis: str
    until: datetime | None
    masks: Mapping[str, Mask]

    def shows_whole(self, field: str) -> bool:
        """True if the value stands readable in the lake and may be shown as it is."""
        return self.table.fields[field].stored.is_plain and field not in self.masks


def granted_inputs(model: Definition, *, organisation: str, now: datetime, afresh: bool = True) -> dict[str, Granted]:
    """Return every input by its name, for a run by this department now; `afresh` is false for a mere look.

    Raises: NotGranted, SnapshotDamaged.
    """
    return {one.name: _granted(model, one, organisation, now, afresh) for one in model.inputs}


def tables_of(inputs: Mapping[str, Granted]) -> dict[str, Table]:
    return {name: one.table for name, one in inputs.items()}


def _granted(model: Definition, one: Input, organisation: str, now: datetime, afresh: bool) -> Granted:
    entry = catalogue.resource(one.resource)
    opened = exchange.open_table(one.resource, afresh=afresh)
    if entry is None or opened is None:
        raise NotGranted(_("“%(name)s”（%(code)s）还没有可用的数据。") % {"name": one.name, "code": one.resource})
    fields = {column.field: field_of(column) for column in opened.columns}
    subject = next((c.field for c in opened.columns if c.personal == "SUBJECT"), "")
    needed = {name for name in model.fields_of(one.name) if name != subject or name in model.shown_of(one.name)}
    if entry.owner == organisation:
        grant, service = None, None
        masks: dict[str, Mask] = {}
    else:
        grant, service = _grant_for(model, one, entry, organisation, needed, now)
        _check_age(one, entry, service, opened.snapshot, now)
        fields = {name: field for name, field in fields.items() if name in grant.fields or name == subject}
        masks = _masks(model, one, service, fields)
    return Granted(
        input=one,
        snapshot=opened.snapshot,
        table=Table(opened.file, opened.snapshot.row_count, fields, fields[subject].column if subject else ""),
        owner=entry.owner,
        service=service.slug if service else "",
        grant=grant.id if grant else None,
        legal_basis=grant.legal_basis if grant else model.legal_basis,
        until=grant.valid_until if grant else None,
        masks=masks,
    )


def field_of(column: exchange.StoredColumn) -> Field:
    """Return how a stored column takes part in comparisons."""
    stored = _STORED.get(column.personal) or _PLAIN.get(column.kind, Stored.TEXT)
    return Field(column.title, stored, column.column)


def _grant_for(
    model: Definition,
    one: Input,
    entry: catalogue.ResourceEntry,
    organisation: str,
    needed: set[str],
    now: datetime,
) -> tuple[sharing.GrantInfo, sharing.ServiceInfo]:
    held = [
        (grant, service)
        for service in sharing.services()
        if service.resource == one.resource
        for grant in sharing.grants_for(organisation, service.slug)
        if _in_force(grant, model.purpose, now)
    ]
    told = {"title": entry.title, "purpose": model.purpose}
    if not held:
        raise NotGranted(_("没有“%(title)s”用于“%(purpose)s”的批量授权，请先在共享工作台申请。") % told)
    # Of several that would do, the one that lasts longest.
    held.sort(key=lambda pair: pair[0].valid_until, reverse=True)
    for grant, service in held:
        if needed <= set(grant.fields):
            return grant, service
    missing = "、".join(sorted(needed - set(held[0][0].fields)))
    raise NotGranted(_("“%(title)s”的授权不包括这些字段：%(fields)s。") % {**told, "fields": missing})


def _in_force(grant: sharing.GrantInfo, purpose: str, now: datetime) -> bool:
    return is_in_bulk(grant, now) and purpose in grant.purposes


def is_in_bulk(grant: sharing.GrantInfo, now: datetime) -> bool:
    """True if the grant is in force and permits looking at many persons at once."""
    return grant.state == _ACTIVE and grant.valid_from <= now < grant.valid_until and grant.form in _IN_BULK


def _masks(model: Definition, one: Input, service: sharing.ServiceInfo, fields: Mapping[str, Field]) -> dict[str, Mask]:
    """Return how each field of the grant is shown, those shown whole left out. Raises: NotGranted."""
    masked = {name: rule for name, rule in service.masks.items() if rule != _WHOLE}
    compared = {field for field in model.compared_of(one.name) if field in masked and fields[field].stored.is_plain}
    if compared:
        told = {"title": service.title, "fields": "、".join(sorted(compared))}
        raise NotGranted(_("“%(title)s”只给这些字段的脱敏值，不能用来比较：%(fields)s。") % told)
    return {name: compile_mask(rule) for name, rule in masked.items()}


def _check_age(
    one: Input,
    entry: catalogue.ResourceEntry,
    service: sharing.ServiceInfo,
    snapshot: exchange.SnapshotInfo,
    now: datetime,
) -> None:
    """Absence from a register that is older than promised proves nothing."""
    if (now - snapshot.as_of).total_seconds() > service.max_age_s:
        raise NotGranted(
            _("“%(title)s”的数据截至 %(day)s，已超过承诺的更新时间，不能用于比对；请联系提供部门更新。")
            % {"title": entry.title, "day": f"{snapshot.as_of:%Y-%m-%d}"}
        )
