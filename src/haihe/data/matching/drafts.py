"""A model in the making, as the builder's form holds it: rows of inputs and comparisons that needn't be whole yet."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from django.utils.translation import gettext

from haihe.data.matching.definition import (
    MOST_INPUTS,
    Absent,
    Compared,
    Condition,
    Definition,
    Input,
    Leads,
    ModelRefused,
    Operator,
    Present,
    read_definition,
    write_definition,
)
from haihe.data.matching.offers import Offer

MOST_COMPARISONS: Final = 12
_WHOLE: Final = re.compile(r"-?[0-9]{1,15}")
_ROW: Final = re.compile(r"(add|remove)-(input|comparison)(?:-([0-9]{1,2}))?")

type Presence = Literal["", "present", "absent"]


@dataclass(frozen=True, slots=True)
class InputRow:
    """One register. `presence` says whether there must be a row in it, mustn't be one, or either."""

    name: str
    resource: str = ""
    key: str = ""
    equals: str = ""
    presence: Presence = ""


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    left: str = ""
    op: str = "eq"
    right: str = ""
    value: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.left or self.right or self.value)


@dataclass(frozen=True, slots=True)
class LeadsRow:
    """What becomes of matches; `kind` empty: a list and nothing more. `within_days` as it was typed."""

    kind: str = ""
    division: str = ""
    policy: str = ""
    within_days: str = "10"

    def leads(self) -> Leads | None:
        if self.kind not in ("visit", "check"):
            return None
        days = int(self.within_days) if _WHOLE.fullmatch(self.within_days.strip()) else 0
        kind: Literal["visit", "check"] = "visit" if self.kind == "visit" else "check"
        return Leads(kind=kind, division=self.division, policy=self.policy.strip(), within_days=days)


@dataclass(frozen=True, slots=True)
class Draft:
    """The whole form. The first input is the base."""

    title: str = ""
    purpose: str = ""
    legal_basis: str = ""
    inputs: tuple[InputRow, ...] = (InputRow("base"),)
    comparisons: tuple[ComparisonRow, ...] = ()
    output: tuple[str, ...] = ()
    schedule: str = ""
    working_days: bool = False
    leads: LeadsRow = LeadsRow()

    def text(self, offers: Sequence[Offer]) -> str:
        """Return the model's file. Raises: ModelRefused where it isn't whole yet."""
        definition = Definition(
            title=self.title.strip(),
            purpose=self.purpose.strip(),
            legal_basis=self.legal_basis.strip(),
            inputs=tuple(self._input(place, row) for place, row in enumerate(self.inputs)),
            conditions=tuple(self._conditions(offers)),
            output=tuple(part for part in self.output if part.partition(".")[0] in self.readable),
            schedule=self.schedule.strip(),
            working_days=self.working_days and bool(self.schedule.strip()),
            leads=self.leads.leads(),
        )
        text = write_definition(definition)
        read_definition(text)
        return text

    @property
    def readable(self) -> tuple[str, ...]:
        """The inputs whose fields can be compared and shown."""
        return tuple(row.name for row in self.inputs if row.presence != "absent")

    def changed(self, button: str) -> "Draft":
        """Return the draft after one of the form's buttons: `add-input`, `remove-comparison-2` and the like."""
        found = _ROW.fullmatch(button)
        if found is None:
            return self
        if found[1] == "add":
            return self._longer(found[2])
        place = int(found[3] or 0)
        if found[2] == "input":
            return replace(self, inputs=_without(self.inputs, place, least=1))
        return replace(self, comparisons=_without(self.comparisons, place, least=0))

    def _longer(self, what: str) -> "Draft":
        if what == "comparison":
            return replace(self, comparisons=(*self.comparisons, ComparisonRow())[:MOST_COMPARISONS])
        taken = {row.name for row in self.inputs}
        name = next(f"input_{n}" for n in range(2, MOST_INPUTS + 3) if f"input_{n}" not in taken)
        return replace(self, inputs=(*self.inputs, InputRow(name))[:MOST_INPUTS])

    @staticmethod
    def _input(place: int, row: InputRow) -> Input:
        if not row.resource:
            raise ModelRefused(f"inputs.{row.name}", gettext("请选择数据。"))
        return Input(name=row.name, resource=row.resource, **({"key": row.key, "equals": row.equals} if place else {}))

    def _conditions(self, offers: Sequence[Offer]) -> list[Condition]:
        conditions: list[Condition] = []
        for row in self.inputs[1:]:
            if row.presence:
                conditions.append(Present(input=row.name) if row.presence == "present" else Absent(input=row.name))
        for one in self.comparisons:
            if not one.is_empty:
                conditions.append(self._compared(one, offers))
        return conditions

    def _compared(self, row: ComparisonRow, offers: Sequence[Offer]) -> Compared:
        if not row.left or row.op not in set(Operator):
            raise ModelRefused("conditions", gettext("请选择要比较的字段。"))
        if row.right:
            return Compared(left=row.left, op=Operator(row.op), right=row.right)
        if not row.value.strip():
            raise ModelRefused("conditions", gettext("请写明与哪个字段或者哪个值比较。"))
        return Compared(left=row.left, op=Operator(row.op), value=self._value(row, offers))

    def _value(self, row: ComparisonRow, offers: Sequence[Offer]) -> str | int:
        """A whole number stands in the file as a number where the field is one."""
        name, _, field = row.left.partition(".")
        resource = next((one.resource for one in self.inputs if one.name == name), "")
        offer = next((one for one in offers if one.resource == resource), None)
        found = offer.field(field) if offer else None
        text = row.value.strip()
        if found is not None and found.stored.is_ordered and _WHOLE.fullmatch(text):
            return int(text)
        return text


def draft_of(definition: Definition) -> Draft:
    """Return the form that says this model."""
    presence: dict[str, Presence] = {}
    for condition in definition.conditions:
        if not isinstance(condition, Compared):
            presence[condition.input] = "present" if isinstance(condition, Present) else "absent"
    return Draft(
        title=definition.title,
        purpose=definition.purpose,
        legal_basis=definition.legal_basis,
        inputs=tuple(
            InputRow(one.name, one.resource, one.key, one.equals, presence.get(one.name, ""))
            for one in definition.inputs
        ),
        comparisons=tuple(
            ComparisonRow(one.left, one.op, one.right, "" if one.value is None else str(one.value))
            for one in definition.conditions
            if isinstance(one, Compared)
        ),
        output=definition.output,
        schedule=definition.schedule,
        working_days=definition.working_days,
        leads=_leads_row(definition.leads),
    )


def posted_draft(told: Mapping[str, str], output: Sequence[str]) -> Draft:
    """Return the form as it was sent. `told` are its single values, `output` the ticked fields."""
    return Draft(
        title=told.get("title", ""),
        purpose=told.get("purpose", ""),
        legal_basis=told.get("legal_basis", ""),
        inputs=tuple(_posted_input(told, n) for n in range(MOST_INPUTS) if f"input-{n}-name" in told) or Draft().inputs,
        comparisons=tuple(
            ComparisonRow(
                told[f"comparison-{n}-left"],
                told.get(f"comparison-{n}-op", "eq"),
                told.get(f"comparison-{n}-right", ""),
                told.get(f"comparison-{n}-value", ""),
            )
            for n in range(MOST_COMPARISONS)
            if f"comparison-{n}-left" in told
        ),
        output=tuple(dict.fromkeys(output)),
        schedule=told.get("schedule", ""),
        working_days=bool(told.get("working_days")),
        leads=LeadsRow(
            told.get("leads_kind", ""),
            told.get("leads_division", ""),
            told.get("leads_policy", ""),
            told.get("leads_days", ""),
        ),
    )


def _leads_row(leads: Leads | None) -> LeadsRow:
    return LeadsRow() if leads is None else LeadsRow(leads.kind, leads.division, leads.policy, str(leads.within_days))


def _posted_input(told: Mapping[str, str], n: int) -> InputRow:
    presence = told.get(f"input-{n}-presence", "")
    return InputRow(
        told[f"input-{n}-name"],
        told.get(f"input-{n}-resource", ""),
        told.get(f"input-{n}-key", ""),
        told.get(f"input-{n}-equals", ""),
        "present" if presence == "present" else "absent" if presence == "absent" else "",
    )


def _without[T](rows: tuple[T, ...], place: int, *, least: int) -> tuple[T, ...]:
    return rows if not least <= place < len(rows) else rows[:place] + rows[place + 1 :]
