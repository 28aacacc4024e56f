"""Who reads an application sees what a register says wherever the applicant says something else, and only there."""

from haihe.platforms.services.forms.ports import Known
from haihe.platforms.services.forms.showing import Shown, shown
from haihe.platforms.services.forms.testing import NOW, field, form_of

FORM = form_of(field("members", "number"), field("name", mask="name"), field("street"))
SAID = {"members": 4, "name": "刘志远", "street": "海河东路 1 号"}


def lines(registered: dict[str, Known], *, masked: bool = True) -> dict[str, Shown]:
    return {
        line.label: line
        for section in shown(FORM, SAID, masked=masked, registered=registered)
        for line in section.lines
    }


def known(value: object) -> Known:
    return Known(value, "天津市民政局", NOW, "urn:uuid:1")


def test_another_value_stands_beside_with_its_source() -> None:
    line = lines({"members": known(3)})["栏目 members"]
    assert (line.value, line.registered, line.source) == ("4", "3", "天津市民政局")


def test_the_same_value_doesnt_even_where_it_is_written_otherwise() -> None:
    assert lines({"members": known("4")})["栏目 members"].registered == ""


def test_where_nothing_was_asked_nothing_stands_beside() -> None:
    assert {line.registered for line in lines({}).values()} == {""}


def test_it_is_masked_as_the_field_is() -> None:
    assert "安" not in lines({"name": known("刘安之")})["栏目 name"].registered
    assert lines({"name": known("刘安之")}, masked=False)["栏目 name"].registered == "刘安之"
