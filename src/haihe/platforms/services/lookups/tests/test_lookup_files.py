"""Every shipped file is read, complete and in order; what contradicts itself is refused."""

from itertools import product

import pytest

from haihe.kernel.mask_rules import compile_mask
from haihe.platforms.services.items.api import shipped as shipped_items
from haihe.platforms.services.lookups import reading
from haihe.platforms.services.lookups.definition import Field, LookupDefinition
from haihe.platforms.services.lookups.errors import DefinitionError
from haihe.platforms.services.lookups.kinds import Format
from haihe.platforms.services.lookups.typing_in import read_typed

GOOD = (reading.CITY / "120040" / "housing-fund-balance.toml").read_text(encoding="utf-8")
TYPED = (reading.CITY / "120011" / "vehicle-inspection.toml").read_text(encoding="utf-8")


def test_there_are_forty_of_nine_departments() -> None:
    lookups = reading.shipped()
    assert len(lookups) >= 40
    assert len({lookup.authority for lookup in lookups}) >= 9
    assert len(reading.front().frequent) >= 8


@pytest.mark.parametrize("lookup", reading.shipped(), ids=lambda lookup: lookup.slug)
def test_it_can_be_drawn_typed_and_led_on(lookup: LookupDefinition) -> None:
    assert set(lookup.items) <= {item.slug for item in shipped_items()}
    assert sum(field.leads for field in lookup.fields) == 1
    if lookup.typed is not None:
        assert read_typed(lookup.typed, lookup.typed.example)


@pytest.mark.parametrize(
    ("text", "old", "new", "told"),
    [
        (GOOD, 'topics = ["housing"]', 'topics = ["nothing"]', "topics"),
        (GOOD, "keep_s = 600", "keep_s = 90000", "keep_s"),
        (GOOD, 'mask = { mask = "year" }', 'mask = { mask = "bucket", step = 5 }', "bucket"),
        (GOOD, 'format = "YEAR"', 'format = "DATE"', "can't be written"),
        (GOOD, 'slug = "housing-fund-balance"', 'slug = "Housing"', "lower-case"),
        (GOOD, 'format = "MONEY"', 'format = "CHOICE"', "options"),
        (GOOD, 'name = "balance_yuan"', 'name = "balance yuan"', "no name of a field"),
        (GOOD, "leads = true", "lead = true", "unknown field"),
        (GOOD, "keep_s = 600", 'who = "CHILD"', "has to be typed"),
        (TYPED, "keep_s = 0", "keep_s = 60", "never kept"),
        (GOOD, 'icon = "pig-money"', "", "icon"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(text: str, old: str, new: str, told: str) -> None:
    assert old in text
    with pytest.raises(DefinitionError, match=told):
        reading.parse(text.replace(old, new, 1))


def test_no_mask_can_be_shown_in_a_form_that_would_undo_it() -> None:
    """Whatever the form, what is masked is written from what the mask left, and only forms made for it are taken."""
    whole = {"none", "name", "phone", "id_number", "year", "district"}
    for mask, form in product(whole, Format):
        rule = {"mask": mask}
        compile_mask(rule)
        field = Field(name="x", label=reading.shipped()[0].name, format=form, mask=rule)
        complaints = [one for one in field.complaints if "can't be written" in one]
        taken = {"name": "MASKED", "phone": "MASKED", "id_number": "MASKED", "year": "YEAR", "district": "DISTRICT"}
        if mask in taken:
            assert bool(complaints) == (form != taken[mask])
