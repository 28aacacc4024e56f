"""The demo has one release that is open and one to come, each approved by a second person."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import lmdb
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from haihe.base.accounts.demo import plant as plant_people
from haihe.base.keys.api import keyring
from haihe.city.cast import CAST, GOVERNMENT_SERVICES, OFFICERS
from haihe.city.loading import load_reference_data
from haihe.data.exchange import api as exchange
from haihe.data.matching.demo import laying
from haihe.data.sharing import api as sharing
from haihe.data.sharing.testing import NOW
from haihe.kernel.identifiers import id_number_check_character
from haihe.kernel.subject_index import META_KEY, decode_entry, decode_meta
from haihe.platforms.services.releases import demo
from haihe.platforms.services.releases.models import ReleaseEvent, ResultRelease

pytestmark = pytest.mark.django_db
RESIDENTS = 40


@pytest.fixture
def city() -> Iterator[None]:
    folder = Path(settings.HAIHE.data_dir) / "city" / "resident"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "120103.parquet"
    numbers = [f"12010320080{1 + n % 8}15{n:03}" for n in range(RESIDENTS)]
    people = [(f"考生{n}", number + id_number_check_character(number)) for n, number in enumerate(numbers)]
    with duckdb.connect(":memory:") as made:
        made.execute("CREATE TABLE resident (name VARCHAR, id_number VARCHAR)")
        made.executemany("INSERT INTO resident VALUES (?, ?)", people)
        made.execute(f"COPY resident TO '{file}' (FORMAT parquet)")
    load_reference_data()
    plant_people((*CAST, *OFFICERS), now=NOW, keyring=keyring())
    yield
    file.unlink()


def _plant() -> None:
    demo.plant(scale=0.01, now=NOW, progress=lambda _what, _share: None)


def test_one_is_open_one_is_to_come_and_planting_again_adds_nothing(city: None) -> None:
    _plant()
    _plant()
    releases = ResultRelease.objects.all()
    assert {release.slug for release in releases} == {demo.OPEN, demo.TO_COME}
    assert all(release.state == "APPROVED" for release in releases)
    assert all(release.written_by != release.approved_by for release in releases)
    opened, coming = (ResultRelease.objects.get(slug=slug) for slug in (demo.OPEN, demo.TO_COME))
    assert opened.opens_at < NOW < opened.closes_at
    assert coming.opens_at > NOW
    assert ReleaseEvent.objects.count() == 6
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM scoreday_release")
        assert cursor.fetchone() == (2,)


def test_the_register_holds_residents_and_the_two_of_the_cast(city: None) -> None:
    _plant()
    code = laying.code_of(demo.RESULTS.owner, demo.RESULTS.title)
    snapshot = exchange.latest_snapshot(code)
    assert snapshot is not None
    assert snapshot.row_count == RESIDENTS + 2
    known = list(demo.candidates())
    assert len({one.number for one in known}) == len(known)
    for one in known:
        assert all(0 <= points <= most for points, (*_, most) in zip(one.points, demo.SUBJECTS[:-1], strict=True))
    (grant,) = sharing.grants_for(GOVERNMENT_SERVICES, demo.SERVICE)
    assert set(demo.CONTENT.fields) == set(grant.fields)


def test_everybody_finds_out_when_results_are_out_and_nothing_else(city: None, client: Client) -> None:
    assert "现在没有可以查询的成绩" in client.get(reverse("results:list")).content.decode()
    _plant()
    page = client.get(reverse("results:list")).content.decode()
    assert page.index("可以查询") < page.index("还没开放")
    assert f"/{demo.OPEN}/" in page
    assert str(demo.SIYU.total) not in page
    assert demo.SIYU.number not in page
    assert reverse("results:list") in client.get(reverse("services:home")).content.decode()


def test_the_index_holds_all_that_a_release_shows(city: None) -> None:
    _plant()
    snapshot = exchange.latest_snapshot(laying.code_of(demo.RESULTS.owner, demo.RESULTS.title))
    assert snapshot is not None
    folder = Path(settings.HAIHE.data_dir) / snapshot.index_path
    with lmdb.open(str(folder), readonly=True, lock=False, subdir=folder.is_dir()) as index, index.begin() as read:
        assert set(demo.CONTENT.fields) <= set(decode_meta(read.get(META_KEY) or b"").fields)
        entry = decode_entry(read.get(keyring().subject_key(demo.SIYU.id_number)) or b"")
    assert str(entry.fields["candidate_number"]) == demo.SIYU.number
    assert entry.fields["total"] == demo.SIYU.total
