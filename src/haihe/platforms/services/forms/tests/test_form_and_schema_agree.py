"""Whatever form and whatever values: its JSON Schema accepts exactly what the form takes as it is."""

from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from haihe.platforms.services.forms.definition import Form, clean, parse
from haihe.platforms.services.forms.testing import TODAY, field

OPTIONS = [{"value": each, "zh": f"项 {each}", "en": each} for each in ("A", "B", "C")]
UPLOADS = ["5f6b2b7e-6f0e-4f4e-9d27-1f1d5d1c0a01", "5f6b2b7e-6f0e-4f4e-9d27-1f1d5d1c0a02"]
SCALARS = [
    "text",
    "number",
    "money",
    "choice",
    "yes_no",
    "date",
    "id_number",
    "phone",
    "bank_card",
    "email",
    "division",
]
KINDS = [*SCALARS, "long_text", "choices", "file", "credit_code", "postcode", "plate_number", "address"]

LIKELY: dict[str, list[Any]] = {
    "text": ["刘", "A", "ab c", "x" * 9, " 刘", "ａ", "a\u0300", "Ａ\u0300", "1"],
    "long_text": ["一\n二", "一\r\n二", "x", "\n"],
    "address": ["河西区友谊路 1 号", "路"],
    "number": [0, 1, 2, 3.0, 2.5, 7, -1, 10**12, True],
    "money": [0, 1, 2.25, 0.1, 12000.5, 1.005, 3e-7, 99_999_999_999.99, float("1e300")],
    "choice": ["A", "B", "C", "D", 1],
    "choices": [["A"], ["A", "B"], ["B", "A"], ["A", "A"], [], "A"],
    "yes_no": [True, False, "yes", 1, 0],
    "date": ["2026-11-26", "2026-11-27", "2008-11-26", "2026-1-5", "20261126", "1900-02-29"],
    "id_number": ["120103197905121012", "120103197905121013", "12010319790512101 2"],
    "credit_code": ["91120000000000000X", "x"],
    "phone": ["13812345678", "02223456789", "138 1234 5678", "1"],
    "email": ["a@b.cn", "a@b", "a@b.cn "],
    "postcode": ["300000", "30000"],
    "division": ["120103001004", "120103", "12"],
    "bank_card": ["6222000000000000004", "6222000000000000005"],
    "plate_number": ["津A12345", "津a12345"],
    "file": [[UPLOADS[0]], UPLOADS, [UPLOADS[0], UPLOADS[0]], ["x"], []],
    "table": [],
}
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**6), 10**6),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=6),
    st.lists(st.text(max_size=2), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=1),
)


@st.composite
def conditions(draw: st.DrawFn, earlier: list[dict[str, Any]]) -> str:
    asked = [one for one in earlier if one["type"] in SCALARS]
    if not asked or draw(st.integers(0, 2)) == 0:
        return ""
    parts = []
    for _ in range(draw(st.integers(1, 2))):
        name, kind = (one := draw(st.sampled_from(asked)))["name"], one["type"]
        values = [value for value in LIKELY[kind] if isinstance(value, str | int | float) and not _is_odd(value)]
        value, other = draw(st.sampled_from(values)), draw(st.sampled_from([*values, None]))
        forms = [
            f"{name} == {value!r}",
            f"{name} != {value!r}",
            f"{name} in ({value!r}, {other!r})",
            name,
            f"not {name}",
        ]
        forms += [f"{name} not in ({value!r}, {other!r})", f"{value!r} == {name}", f"{name} == None", f"{name} != None"]
        forms += [f"{name} >= 2", f"3 > {name}", f"not ({name} < 1)"]
        parts.append(draw(st.sampled_from(forms)))
    return draw(st.sampled_from([" and ", " or "])).join(parts)


@st.composite
def fields(draw: st.DrawFn, name: str, earlier: list[dict[str, Any]], *, in_row: bool = False) -> dict[str, Any]:
    kind = draw(st.sampled_from(SCALARS if in_row else [*KINDS, "table"]))
    made = field(name, kind, required=draw(st.booleans()), when=draw(conditions(earlier)))
    if kind in ("choice", "choices"):
        made["options"] = OPTIONS
    if kind == "number":
        made["decimals"] = draw(st.integers(0, 2))
    if kind in ("text", "number", "money") and draw(st.booleans()):
        made |= {"min": draw(st.integers(0, 2)), "max": draw(st.integers(2, 9))}
    if kind == "date" and draw(st.booleans()):
        made |= {"min": "today-18y", "max": "today"}
    if kind == "yes_no" and made["required"] and draw(st.booleans()):
        made["must"] = {"zh": "请勾选。", "en": "Tick."}
    if kind == "table":
        made["fields"] = draw(rows_of())
    return made


@st.composite
def rows_of(draw: st.DrawFn) -> list[dict[str, Any]]:
    columns: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 2))):
        columns.append(draw(fields(f"c{number}", columns, in_row=True)))
    return columns


@st.composite
def forms(draw: st.DrawFn) -> tuple[Form, list[dict[str, Any]]]:
    made: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 5))):
        made.append(draw(fields(f"f{number}", made)))
    split = draw(st.integers(0, len(made)))
    for one in made[split:]:
        one["section"] = "more"
    title = {"zh": "其他", "en": "More"}
    more = {"name": "more", "title": title, "when": draw(conditions(made[:split])), "fields": []}
    details = ["details"] if split else []
    return parse({"sections": [*details, "more"], "section": [more], "fields": made}), made


def value_for(draw: st.DrawFn, asked: dict[str, Any]) -> Any:
    if asked["type"] == "table":
        return [values_for(draw, asked["fields"]) for _ in range(draw(st.integers(0, 2)))]
    return draw(st.sampled_from(LIKELY[asked["type"]])) if draw(st.integers(0, 9)) else draw(ODD)


def values_for(draw: st.DrawFn, asked: list[dict[str, Any]]) -> dict[str, Any]:
    values = {one["name"]: value_for(draw, one) for one in asked if draw(st.integers(0, 4))}
    return values | ({"stray": 1} if not draw(st.integers(0, 15)) else {})


@st.composite
def filled_forms(draw: st.DrawFn) -> tuple[Form, dict[str, Any]]:
    form, asked = draw(forms())
    return form, values_for(draw, asked)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(filled_forms())
def test_the_schema_accepts_exactly_what_the_form_takes_as_it_is(
    filled: tuple[Form, dict[str, Any]],
) -> None:
    form, values = filled
    cleaned = clean(form, values, today=TODAY)
    is_taken = not cleaned.errors and _same(cleaned.values, values)
    assert form.accepts(values, today=TODAY) is is_taken


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(filled_forms())
def test_what_was_cleaned_without_a_mistake_is_accepted_and_cleaned_again_is_the_same(
    filled: tuple[Form, dict[str, Any]],
) -> None:
    form, values = filled
    cleaned = clean(form, values, today=TODAY)
    assume(not cleaned.errors)
    assert form.accepts(cleaned.values, today=TODAY)
    again = clean(form, cleaned.values, today=TODAY)
    assert again == cleaned


def _same(one: object, other: object) -> bool:
    """Equal as JSON has it: true is no 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def _is_odd(value: object) -> bool:
    """True for numbers that nobody writes into a list of a condition."""
    return isinstance(value, int | float) and not 0 <= value < float("1e300")
