"""A form that can't work is refused when it is read, with a sentence that names the field."""

from typing import Any

import pytest

from haihe.platforms.services.forms import definition
from haihe.platforms.services.forms.refusals import FormError
from haihe.platforms.services.forms.testing import TODAY, field, form_of

OPTIONS = [{"value": "A", "zh": "甲", "en": "A"}, {"value": "B", "zh": "乙", "en": "B"}]


@pytest.mark.parametrize("name", sorted(definition.shared_sections()))
def test_each_shared_section_is_a_form_of_its_own_in_both_languages(name: str) -> None:
    form = definition.parse({"sections": [name]})
    assert definition.from_json(definition.to_json(form)) == form
    assert not form.accepts({"no_such_field": 1}, today=TODAY)
    for asked in form.fields:
        assert asked.label.zh != asked.label.en


def test_the_shared_sections_are_those_that_items_name() -> None:
    agreed = {"person", "legal-person", "agent", "child", "spouse", "family-members", "contact", "address"}
    agreed |= {"bank-account", "delivery", "declaration", "property", "vehicle", "employer", "company", "education"}
    assert set(definition.shared_sections()) >= agreed | {"disability", "premises"}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ([field("a"), field("a")], "two fields are called a"),
        ([field("Amount")], "snake_case"),
        ([field("a", "choice")], "only choices have options"),
        ([field("a", options=OPTIONS)], "only choices have options"),
        ([field("a", "choice", options=[OPTIONS[0], OPTIONS[0]])], "two option"),
        ([field("a", "table")], "only a table has fields"),
        ([field("a", "table", fields=[field("b", "file")])], "a row can't hold a file"),
        ([field("a", min=5, max=2)], "min is more than max"),
        ([field("a", "date", min="yesterday")], "is no day"),
        ([field("a", "date", min=3)], "min and max of a date are text"),
        ([field("a", "yes_no", min=1)], "has no min or max"),
        ([field("a", when="b == 1"), field("b", "number")], "which no field before it is called"),
        ([field("b", "number"), field("a", when="b + 1")], "is no part of a condition"),
        ([field("b", "number"), field("c", "number"), field("a", when="b == c")], "compares a field with a value"),
        ([field("b", "date"), field("a", when="b < '2020-01-01'")], "only numbers are more or less"),
        ([field("b", "file"), field("a", when="b")], "holds several values"),
        ([field("a", must={"zh": "请勾选", "en": "Tick"})], "`must` is for a required yes_no"),
        ([field("a", mask="nothing")], "its mask is unknown"),
        ([field("a", section="nowhere")], "no section is called nowhere"),
        ([field("a", colour="red")], "unknown field"),
        ([field("a", "signature"), field("b", "signature")], "signed once"),
        ([field("a", label={"zh": "甲", "en": ""})], "both languages"),
        ([], "a form asks for something"),
    ],
)
def test_what_can_not_work_is_refused(wrong: list[dict[str, Any]], told: str) -> None:
    with pytest.raises(FormError, match=told):
        form_of(*wrong)


def test_what_is_the_items_own_comes_before_delivery_and_declaration() -> None:
    form = form_of(field("amount", "money"), sections=("person", "contact", "delivery", "declaration"))
    assert [section.name for section in form.sections] == ["person", "contact", "details", "delivery", "declaration"]


def test_a_field_can_join_a_shared_section_and_a_section_can_have_a_condition_and_leave_fields_out() -> None:
    form = form_of(
        field("married", "yes_no"),
        field("nickname", section="contact"),
        sections=(
            "details",
            {"name": "spouse", "when": "married"},
            {"name": "contact", "without": ["contact_email"]},
        ),
    )
    assert [f.name for f in form.section("contact").fields] == ["contact_phone", "nickname"]
    assert [section.name for section in form.sections_for({"married": False})] == ["details", "contact"]
    assert [section.name for section in form.sections_for({"married": True})] == ["details", "spouse", "contact"]


def test_a_version_keeps_what_it_asked_for() -> None:
    form = form_of(field("kind", "choice", options=OPTIONS), field("why", "long_text", when="kind == 'B'", max=50))
    assert definition.from_json(definition.to_json(form)).json_schema(today=TODAY) == form.json_schema(today=TODAY)
