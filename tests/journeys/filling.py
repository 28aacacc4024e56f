"""Fill in the form of any item as a person does: field after field as they show, with words that its kind allows."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from django.utils import timezone
from playwright.sync_api import Locator, Page

from haihe.platforms.services.forms.days import day_of
from haihe.platforms.services.forms.definition import parse
from haihe.platforms.services.forms.fields import Field, Kind
from haihe.platforms.services.items.reading import shipped_item

type Said = Mapping[str, str]
type Fields = Mapping[str, Field]
type Look = Callable[[Page], None]

_TEXTS: Final = {
    Kind.PHONE: "13800000000",
    Kind.EMAIL: "someone@example.com",
    Kind.POSTCODE: "300040",
    Kind.ADDRESS: "天津市河西区友谊路演示小区 3 号楼 201 室",
    Kind.BANK_CARD: "6222021234567890128",
    Kind.PLATE_NUMBER: "津A12345",
    Kind.CREDIT_CODE: "91120103MA05DEM08W",
    Kind.ID_NUMBER: "120103201206083052",
}
_TEXT: Final = "演示填写的内容"
_FORM: Final = "#forms-section"


def fields_of(slug: str) -> dict[str, Field]:
    """Return the fields of an item's form by name, those of the shared sections included."""
    item = shipped_item(slug)
    assert item is not None, slug
    return {field.name: field for section in parse(item.form).sections for field in section.fields}


def fill_sections(page: Page, fields: Fields, said: Said, *, file: Path, look: Look | None = None) -> int:
    """Go through the phone's sections up to the page that checks; return how many there were.

    `look` is called for each page once it is filled in.
    """
    for seen in range(20):
        if page.url.endswith("/check/"):
            return seen
        fill(page, fields, said, file=file)
        if look is not None:
            look(page)
        before = page.url
        page.locator(f"{_FORM} .forms-buttons button[value=next]").click()
        page.wait_for_url(other_than(before))
    raise AssertionError(f"the form doesn't end: {page.url}")


def other_than(before: str) -> Callable[[str], bool]:
    return lambda url: url != before


def fill(page: Page, fields: Fields, said: Said, *, file: Path) -> None:
    """Fill in what shows on this page. What an answer makes show comes behind it, so one pass is enough."""
    names = page.locator(f"{_FORM} [data-field]").evaluate_all("all => all.map(one => one.dataset.field)")
    for name in names:
        field, box = fields[name], page.locator(f'{_FORM} [data-field="{name}"]')
        if (field.required or name in said) and box.is_visible() and not box.locator(".forms-fixed").count():
            _fill_field(page, box, field, said, file)


def _fill_field(page: Page, box: Locator, field: Field, said: Said, file: Path) -> None:
    if field.kind is Kind.FILE:
        box.locator("input[type=file]").set_input_files(file)
    elif field.kind is Kind.TABLE:
        for cell in field.fields:
            _fill_cell(box.locator(f'[name$="{cell.name}"]').first, cell, said)
    elif field.kind in (Kind.CHOICE, Kind.CHOICES, Kind.YES_NO):
        _choose(box, field, said)
    elif field.kind is Kind.DIVISION:
        box.locator("select").select_option(index=1)
    else:
        known = box.locator("input, textarea").first
        if field.name in said or not known.input_value():
            known.fill(said.get(field.name, text_for(field)))


def _fill_cell(cell: Locator, field: Field, said: Said) -> None:
    if cell.evaluate("one => one.tagName") == "SELECT":
        cell.select_option(said.get(field.name) or None, index=None if field.name in said else 1)
    else:
        cell.fill(said.get(field.name, text_for(field)))


def _choose(box: Locator, field: Field, said: Said) -> None:
    if field.must is not None:
        box.locator("input[type=checkbox]").check()
        return
    wanted = said.get(field.name, "yes" if field.kind is Kind.YES_NO else field.options[0].value)
    if box.locator("select").count():
        box.locator("select").select_option(wanted)
    else:
        box.locator(f'input[value="{wanted}"]').check()


def text_for(field: Field) -> str:
    """Return something that the field takes."""
    today = timezone.localdate()  # the city's day, wherever this runs
    if field.kind is Kind.DATE:
        return _day_for(field, today).isoformat()
    if field.kind in (Kind.NUMBER, Kind.MONEY):
        least = float(field.min) if isinstance(field.min, int | float) else 1
        return f"{max(1, least):g}"
    if field.kind in _TEXTS:
        return _TEXTS[field.kind]
    least = int(field.min) if isinstance(field.min, int | float) else 1
    return _TEXT * -(-least // len(_TEXT))


def _day_for(field: Field, today: date) -> date:
    low = day_of(str(field.min), today=today) if field.min else today - timedelta(days=400)
    high = day_of(str(field.max), today=today) if field.max else today + timedelta(days=400)
    return min(max(today - timedelta(days=30), low), high)
