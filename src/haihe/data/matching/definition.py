"""A match model as a readable file: inputs, keys, conditions, output, purpose (docs/matching.md describes it).

The base is the first input: every one of its rows ends in exactly one `Outcome`. The other inputs are looked at by a
key; what is compared are fields written `input.field`.
"""

import re
from enum import StrEnum
from typing import Final, Literal

import msgspec
from django.utils.translation import gettext as _

MOST_INPUTS = 8
MOST_POLICY = 600
MOST_DAYS = 90
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,30}")
_FIELD: Final = re.compile(r"([a-z][a-z0-9_]{0,30})\.([a-z][a-z0-9_]{0,62})")


class ModelRefused(ValueError):
    """The file can't be a match model. `where` is the part of it, `sentence` says to the reader what to mend."""

    def __init__(self, where: str, sentence: str) -> None:
        super().__init__(f"{where}: {sentence}")
        self.where = where
        self.sentence = sentence

    @property
    def told(self) -> str:
        """Return both, for whoever sees the whole file."""
        return _("模型文件 %(where)s 处：%(sentence)s") % {"where": self.where, "sentence": self.sentence}


class Outcome(StrEnum):
    """What became of a row of the base. The five add up to its rows."""

    MATCHED = "MATCHED"
    NOT_MATCHED = "NOT_MATCHED"
    NO_KEY = "NO_KEY"
    """Its key is empty, so nothing can be said."""
    AMBIGUOUS = "AMBIGUOUS"
    """An input has several rows for its key, and nothing says which one is meant."""
    UNDECIDED = "UNDECIDED"
    """A field that a condition compares is empty."""


class Operator(StrEnum):
    """Between two fields, or a field and a value. Dates are earlier (`lt`) or later (`gt`)."""

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"


class Input(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A granted register. All but the first say by which of their fields they are found, and what it equals."""

    name: str
    resource: str
    key: str = ""
    equals: str = ""


class Present(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    tag="present",
    tag_field="is",
):
    """The input has a row for the key."""

    input: str


class Absent(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    tag="absent",
    tag_field="is",
):
    """The input has no row for the key."""

    input: str


class Compared(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    tag="compared",
    tag_field="is",
):
    """Two fields, or a field and a value, stand in this order. An empty field decides nothing."""

    left: str
    op: Operator
    right: str = ""
    value: str | int | float | None = None


type Condition = Present | Absent | Compared


class Leads(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What becomes of the matches: a visit, to help, or a check, that may end in an adverse decision by a person.

    `division` is the output field by which leads find their street and community, `policy` what people are told.
    """

    kind: Literal["visit", "check"]
    division: str
    policy: str
    within_days: int = 10


class Definition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The whole model. `output` are the fields that whoever acts on the result gets to see."""

    title: str
    purpose: str
    legal_basis: str
    inputs: tuple[Input, ...]
    conditions: tuple[Condition, ...]
    output: tuple[str, ...] = ()
    schedule: str = ""
    working_days: bool = False
    leads: Leads | None = None

    @property
    def base(self) -> Input:
        return self.inputs[0]

    @property
    def others(self) -> tuple[Input, ...]:
        return self.inputs[1:]

    def fields_of(self, name: str) -> tuple[str, ...]:
        """Return which of an input's fields the model looks at or shows, each once."""
        keys = [f"{one.name}.{one.key}" for one in self.others] + [one.equals for one in self.others]
        named = [*keys, *self.output, *(side for c in self.conditions if isinstance(c, Compared) for side in _sides(c))]
        return tuple(dict.fromkeys(part.partition(".")[2] for part in named if part.partition(".")[0] == name))

    def compared_of(self, name: str) -> tuple[str, ...]:
        """Return which of an input's fields conditions compare."""
        named = [side for c in self.conditions if isinstance(c, Compared) for side in _sides(c)]
        return tuple(dict.fromkeys(part.partition(".")[2] for part in named if part.partition(".")[0] == name))

    def shown_of(self, name: str) -> tuple[str, ...]:
        """Return which of an input's fields the result shows."""
        return tuple(part.partition(".")[2] for part in self.output if part.partition(".")[0] == name)


def read_definition(text: str) -> Definition:
    """Return the model that a TOML text holds, checked in itself. Raises: ModelRefused."""
    try:
        found = msgspec.toml.decode(text, type=Definition)
    except msgspec.ValidationError as error:
        raise ModelRefused("TOML", _("不符合格式：%(error)s") % {"error": error}) from None
    except msgspec.DecodeError as error:
        raise ModelRefused("TOML", _("不是有效的 TOML：%(error)s") % {"error": error}) from None
    _check_words(found)
    _check_inputs(found)
    _check_conditions(found)
    _check_output(found)
    _check_leads(found)
    return found


def write_definition(definition: Definition) -> str:
    """Return the model as the TOML text that people review."""
    return msgspec.toml.encode(definition).decode()


def _sides(condition: Compared) -> tuple[str, ...]:
    return (condition.left, condition.right) if condition.right else (condition.left,)


def _check_words(model: Definition) -> None:
    for where, text, most in (
        ("title", model.title, 100),
        ("purpose", model.purpose, 64),
        ("legal_basis", model.legal_basis, 200),
    ):
        if not 1 <= len(text.strip()) <= most:
            raise ModelRefused(where, _("必须填写，不超过 %(most)s 个字。") % {"most": most})


def _check_inputs(model: Definition) -> None:
    if not 1 <= len(model.inputs) <= MOST_INPUTS:
        raise ModelRefused("inputs", _("至少一个、至多 %(n)s 个数据。") % {"n": MOST_INPUTS})
    known: list[str] = []
    for place, one in enumerate(model.inputs):
        if not _NAME.fullmatch(one.name) or one.name in known:
            raise ModelRefused(f"inputs.{one.name}", _("名称用小写字母、数字和下划线，不能重复。"))
        if place == 0 and (one.key or one.equals):
            raise ModelRefused(f"inputs.{one.name}", _("第一个数据是基准，不写关联字段。"))
        if place and not (one.key and _refers(one.equals, known)):
            raise ModelRefused(f"inputs.{one.name}", _("请写明用哪个字段、与前面哪个数据的哪个字段关联。"))
        known.append(one.name)


def _check_conditions(model: Definition) -> None:
    if not model.conditions:
        raise ModelRefused("conditions", _("至少一个条件。"))
    others, absent = {one.name for one in model.others}, _absent(model)
    for number, condition in enumerate(model.conditions, 1):
        if isinstance(condition, Compared):
            _check_compared(f"conditions.{number}", condition, _readable(model))
        elif condition.input not in others:
            raise ModelRefused(f"conditions.{number}", _("“在”或者“不在”只能说第一个以外的数据。"))
    for one in model.others:
        if one.equals.partition(".")[0] in absent:
            raise ModelRefused(f"inputs.{one.name}", _("不能经由一个被要求“不在”的数据关联。"))
    if both := sorted(absent & {c.input for c in model.conditions if isinstance(c, Present)}):
        raise ModelRefused(f"conditions.{both[0]}", _("同一个数据不能既“在”又“不在”。"))


def _check_compared(where: str, condition: Compared, readable: list[str]) -> None:
    if (condition.value is None) == (not condition.right):
        raise ModelRefused(where, _("请与另一个字段比较，或者与一个值比较，二者选一。"))
    if not all(_refers(side, readable) for side in _sides(condition)):
        raise ModelRefused(where, _("比较的字段写成“数据.字段”，且该数据没有被要求“不在”。"))


def _check_output(model: Definition) -> None:
    readable = _readable(model)
    for part in model.output:
        if not _refers(part, readable):
            raise ModelRefused(f"output.{part}", _("输出字段写成“数据.字段”，且该数据没有被要求“不在”。"))
    if len(set(model.output)) != len(model.output):
        raise ModelRefused("output", _("输出字段不能重复。"))


def _check_leads(model: Definition) -> None:
    if model.leads is None:
        return
    if model.leads.division not in model.output:
        raise ModelRefused("leads.division", _("线索按区划分派，请选择结果给出的一个区划字段。"))
    if not 1 <= len(model.leads.policy.strip()) <= MOST_POLICY:
        raise ModelRefused("leads.policy", _("请写明要向本人说明的政策，不超过 %(n)s 个字。") % {"n": MOST_POLICY})
    if not 1 <= model.leads.within_days <= MOST_DAYS:
        raise ModelRefused("leads.within_days", _("走访期限为 1 到 %(n)s 个工作日。") % {"n": MOST_DAYS})


def _absent(model: Definition) -> set[str]:
    return {c.input for c in model.conditions if isinstance(c, Absent)}


def _readable(model: Definition) -> list[str]:
    """What is required to be absent has nothing to compare or show."""
    return [one.name for one in model.inputs if one.name not in _absent(model)]


def _refers(text: str, known: list[str]) -> bool:
    found = _FIELD.fullmatch(text)
    return found is not None and found[1] in known
