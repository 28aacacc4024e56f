"""Every item's form works: it can be filled in whichever way its choices are taken, and its guide opens."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from haihe.city.testing import load_departments
from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.items import reading
from haihe.platforms.services.items.errors import DefinitionError
from haihe.platforms.services.items.operations import load_items
from haihe.platforms.services.items.tests.filling import filled, most_choices
from haihe.platforms.services.items.tests.test_item_files import SIMPLE

TODAY = date(2026, 11, 26)
_WITH_FIELD = (
    '{ sections = ["person"], fields = [{ name = "applicant_name", type = "TYPE", label = { zh = "甲", en = "A" } }] }'
)


def test_every_form_takes_what_somebody_would_fill_in() -> None:
    taken = 0
    for item in reading.shipped():
        form = forms.parse(item.form)
        for turn in range(most_choices(form)):
            values = filled(form, turn=turn, today=TODAY)
            cleaned = forms.clean(form, values, today=TODAY)
            assert cleaned.errors == {}, f"{item.slug}: {values}"
            assert cleaned.values == values, item.slug
        assert form.accepts(values, today=TODAY), item.slug
        taken += 1
    assert taken == len(reading.shipped()) >= 483


def test_every_question_of_every_form_is_asked_of_somebody() -> None:
    """A field that no answer leads to would be dead weight, and a paper that it asks for could never be needed."""
    unasked = {
        f"{item.slug}: {field.name}"
        for item in reading.shipped()
        for form in (forms.parse(item.form),)
        for field in form.fields
        if not any(field.name in filled(form, turn=turn, today=TODAY) for turn in range(most_choices(form) * 2))
    }
    assert unasked == set()


@pytest.mark.django_db
def test_every_guide_opens(client: Client) -> None:
    load_departments()
    load_items()
    for number, item in enumerate(reading.shipped()):
        # The page of all elements is one template for all, so every tenth will do; each form has a guide of its own.
        for name in ("services_forms:guide", "services:item")[: 1 + (number % 10 == 0)]:
            page = client.get(reverse(name, args=[item.slug]))
            assert page.status_code == 200, item.slug
            assert item.name.zh in page.content.decode(), item.slug


@pytest.mark.parametrize(
    ("form", "complaint"),
    [
        ('{ sections = ["person", "castle"] }', "form: .*castle"),
        (_WITH_FIELD.replace("TYPE", "riddle"), "riddle"),
        (_WITH_FIELD.replace("TYPE", "text"), "applicant_name"),
    ],
)
def test_a_form_that_cannot_work_is_refused_when_the_item_is_read(form: str, complaint: str) -> None:
    with pytest.raises(DefinitionError, match=complaint):
        reading.parse(SIMPLE.replace('{ sections = ["person"] }', form))


def test_a_paper_that_hangs_on_a_question_nobody_asks_is_refused() -> None:
    wrong = SIMPLE.replace('slug = "household-register"', 'slug = "household-register"\nwhen = "shoe_size > 40"')
    with pytest.raises(DefinitionError, match="household-register: when asks for shoe_size"):
        reading.parse(wrong)
