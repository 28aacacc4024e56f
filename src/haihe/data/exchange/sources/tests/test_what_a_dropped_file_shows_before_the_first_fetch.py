"""A test of a folder looks at the next file: its columns are suggested like any source's, and nothing is taken."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from shutil import rmtree

import pytest
from django.test import Client
from django.urls import reverse

from haihe.base.accounts.api import Actor
from haihe.data.exchange.connectors.drop import BEGINNING_BYTES
from haihe.data.exchange.formats import testing as made
from haihe.data.exchange.places import data_dir
from haihe.data.exchange.quality.models import ColumnMapping
from haihe.data.exchange.sources.models import Source, SourceRunState
from haihe.data.exchange.sources.testing import drop, fetched, folder_source
from haihe.data.exchange.testing import TITLES, id_number, row
from haihe.data.exchange.tests.test_pages import signed_in

pytestmark = pytest.mark.django_db
OURS = [{"证件号码": "sfzh", "姓名": "XM", "区划代码": "xzqh"}.get(title, title) for title in TITLES]
"""What this department calls the columns."""


@pytest.fixture(autouse=True)
def _empty_folder() -> Iterator[None]:
    yield
    rmtree(data_dir() / "drop", ignore_errors=True)


@pytest.fixture
def now() -> datetime:
    return datetime.now().astimezone() + timedelta(minutes=1)


@pytest.fixture
def source(steward: Actor, now: datetime) -> Source:
    return folder_source(steward, now=now)


def table(rows: int = 40) -> list[list[str]]:
    return [OURS, *(row(id_number(serial)) for serial in range(rows))]


def probed(source: Source, client: Client) -> str:
    content: str = client.post(reverse("exchange:source-probe", args=[source.pk])).content.decode()
    return content


@pytest.mark.parametrize("kind", ["csv_file", "xlsx", "jsonl", "parquet"])
def test_its_columns_are_suggested_and_the_file_stays(source: Source, now: datetime, kind: str) -> None:
    file = drop(getattr(made, kind)(table()), f"名册.{kind}", at=now - timedelta(hours=1))
    page = probed(source, signed_in("steward_mzj"))
    assert "前几行读成这样" in page
    assert f"名册.{kind}" in page
    assert "sfzh" in page
    assert id_number(0) not in page
    assert file.exists()


def test_what_was_confirmed_is_read_so_at_the_first_fetch(source: Source, steward: Actor, now: datetime) -> None:
    drop(made.csv_file(table(), encoding="gb18030"), at=now - timedelta(hours=1))
    told = {f"title-{place}": title for place, title in enumerate(OURS)}
    client = signed_in("steward_mzj")
    page = client.post(reverse("exchange:source-probe", args=[source.pk]))
    fields = [column.field for column in page.context["page"].mapping.columns]
    told |= {f"column-{place}": field for place, field in enumerate(fields)}
    client.post(reverse("exchange:source-agree", args=[source.pk]), told)
    assert ColumnMapping.objects.get().run is None
    run = fetched(steward, source.pk, now=now)
    assert (run.state, run.rows_accepted) == (SourceRunState.PUBLISHED, 40)


def test_of_a_large_file_the_beginning_is_enough(source: Source, now: datetime) -> None:
    content = made.csv_file(table())
    drop(content + content.splitlines(keepends=True)[1] * 60_000, at=now - timedelta(hours=1))
    assert "前几行读成这样" in probed(source, signed_in("steward_mzj"))


def test_a_file_that_shows_no_columns_says_why(source: Source, now: datetime) -> None:
    client = signed_in("steward_mzj")
    assert "文件里的列在第一次取数时对照" in probed(source, client)
    file = drop(b"PK\x03\x04 no archive", at=now - timedelta(hours=1))
    assert "文件已损坏" in probed(source, client)
    file.write_bytes(b"PAR1" + bytes(BEGINNING_BYTES))
    assert "测试只看它的开头" in probed(source, client)
