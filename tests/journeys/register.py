"""The relief register as 民政局 hands it over, fed through its own page: with one more row, and back as it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from haihe.city import cast
from tests.journeys.instance import CityInstance


@contextmanager
def register_of(city: CityInstance, source: Page) -> Iterator[bytes]:
    """Give the register as it lies in the department; what was fed meanwhile is gone at the end."""
    register = (city.data_dir / cast.RELIEF_FILE).read_bytes()
    try:
        yield register
    finally:
        feed(source, register)


def feed(source: Page, register: bytes) -> None:
    """Upload a whole register at the source's desk, and see it published."""
    upload(source, register)
    expect(source.get_by_text("已发布").first).to_be_visible()


def upload(source: Page, register: bytes) -> None:
    """Upload a register at the source's desk, whatever becomes of it."""
    source.goto("/exchange/upload/")
    source.get_by_label("数据文件").set_input_files(
        {"name": "relief_register.csv", "mimeType": "text/csv", "buffer": register}
    )
    source.get_by_role("button", name="上传并检查").click()
    source.wait_for_url("**/exchange/runs/**")


def row_for(person: cast.CastPerson, *, relief_type: str = "最低生活保障") -> bytes:
    """Return a line for the end of the register that says: on relief from last month on, for a year."""
    start, end = (timezone.localdate() + timedelta(days=days) for days in (-30, 335))
    number = str(person.id_number)
    cells = [person.name, number, relief_type, "津低保JOURNEY1", number, person.division, "3", "1010", str(start)]
    return ("\r\n" + ",".join([*cells, str(end), "在保"]) + "\r\n").encode("gb18030")
