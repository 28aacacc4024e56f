"""The registers behind the demo's lookups, read from `registers/*.toml`: catalogue entry, rules, rows."""

import random
import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from haihe.city.cast import LIU, WANG, ZHANG
from haihe.data.catalogue.api import NewAssessment, NewItem, NewResource
from haihe.data.exchange.demo.bulk import Column, Kind, Personal, RegisterSchema, Small, id_numbers
from haihe.data.matching.demo.people import GUO, PENG
from haihe.platforms.services.lookups.demo import making

FOLDER: Final = Path(__file__).parent / "registers"
PEOPLE: Final = 240
"""How many people there are besides the cast."""
CAST: Final = (LIU, ZHANG, WANG, PENG, GUO)
_ASSESSED_ON: Final = date(2025, 9, 15)
_KINDS: Final = {"C": Kind.TEXT, "I": Kind.INTEGER, "Y": Kind.DECIMAL, "D": Kind.DATE}
_NAME: Final = NewItem(name="name", title="姓名", data_type="C", length=50, sensitivity="PERSONAL", is_required=True)
_ID_NUMBER: Final = NewItem(
    name="id_number",
    title="证件号码",
    data_type="C",
    length=18,
    sensitivity="SENSITIVE",
    is_identifying=True,
    is_required=True,
)


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One column, and how its cells are made up."""

    name: str
    title: str
    type: str
    made: dict[str, Any]
    unit: str = ""

    def new(self) -> NewItem:
        return NewItem(name=self.name, title=self.title, data_type=self.type, sensitivity="PERSONAL", unit=self.unit)

    def column(self) -> Column:
        choices = making.options(self.made)
        kind = Kind.CODE if choices and self.type == "C" else _KINDS[self.type]
        return Column(
            field=self.name,
            title=self.title,
            kind=kind,
            required=False,
            indexed=True,
            options=choices if kind is Kind.CODE else (),
        )


class Register(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One register. `share` percent of the people are in it; of the cast those whom it has words for."""

    name: str
    owner: str
    title: str
    abstract: str
    classification: str
    cycle: str
    share: int
    items: tuple[Item, ...]
    cast: dict[str, dict[str, Any]] = {}

    def entry(self) -> NewResource:
        """Return what the department registers in the catalogue."""
        return NewResource(
            title=self.title,
            abstract=self.abstract,
            owner=self.owner,
            classification=self.classification,
            grade="IMPORTANT",
            format="DATABASE",
            update_cycle=self.cycle,
            sharing_type="CONDITIONAL",
            sharing_forms=("SERVICE",),
            sharing_scope="只答复本人对自己信息的查询，逐项授权，按规则脱敏；不提供名单。",
            sharing_purpose="市民通过政务服务平台查询自己的信息。",
            keywords=("本人查询",),
            items=(_NAME, _ID_NUMBER, *(item.new() for item in self.items)),
            assessments=tuple(
                NewAssessment(kind=kind, assessor="数据安全工作组", assessed_on=_ASSESSED_ON)
                for kind in ("SECRECY", "PERSONAL_INFORMATION")
            ),
        )

    def schema(self, resource: str) -> RegisterSchema:
        """Return the rules of the register's rows, as its steward confirmed them."""
        person = (
            Column(field="name", title="姓名", kind=Kind.TEXT, personal=Personal.NAME, max_length=50),
            Column(field="id_number", title="证件号码", kind=Kind.ID_NUMBER, personal=Personal.SUBJECT),
        )
        columns = (*person, *(self._with_words_of_the_cast(item) for item in self.items))
        return RegisterSchema(resource=resource, title=self.title, columns=columns)

    def small(self, resource: str, *, today: date) -> Small:
        return Small(self.schema(resource), tuple(self._rows(today)))

    def _with_words_of_the_cast(self, item: Item) -> Column:
        column = item.column()
        if column.kind is not Kind.CODE:
            return column
        said = (str(told[item.name]) for told in self.cast.values() if item.name in told)
        return msgspec.structs.replace(column, options=tuple(dict.fromkeys((*column.options, *said))))

    def _rows(self, today: date) -> Iterator[tuple[str, ...]]:
        chance = random.Random(self.name)  # noqa: S311 - repeatable, no secret
        for person in CAST:
            told = self.cast.get(person.username)
            if told is not None:
                cells = (making.cell(told.get(item.name, item.made), chance, today) for item in self.items)
                yield (person.name, person.id_number or "", *cells)
        for number in people():
            given = making.name(chance)
            if chance.randrange(100) < self.share:
                yield (given, number, *(making.cell(item.made, chance, today) for item in self.items))


@cache
def people() -> tuple[str, ...]:
    """Return the identity numbers of people who don't exist."""
    return tuple(id_numbers(np.arange(PEOPLE, dtype=np.int64) * 7919).to_pylist())


@cache
def registers() -> tuple[Register, ...]:
    """Return all registers, by the names of their files."""
    return tuple(
        msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")) | {"name": file.stem}, Register)
        for file in sorted(FOLDER.glob("*.toml"))
    )
