"""A register whose feed turns bad is answered from its last good snapshot, and everybody sees how old that is."""

import io
import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts.api import Actor
from haihe.base.keys.api import keyring
from haihe.city.cast import LIU
from haihe.data.exchange import api, places
from haihe.data.exchange.testing import RELIEF, id_number, relief_lines, row, small_dirty_file
from haihe.data.exchange.tests.conftest import actor
from haihe.data.exchange.tests.test_pages import signed_in
from haihe.gateway.index import SubjectIndex
from haihe.web import figures

pytestmark = pytest.mark.django_db
BAD = {
    "rows": "\n".join([*relief_lines(2), ",".join(row(id_number(3), size="x"))]).encode(),
    "columns": "姓名,证件号码\n张三,1".encode(),
    "bytes": b"PK\x03\x04 a workbook",
}


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def steward() -> Actor:
    return actor("steward_mzj")


def feed(steward: Actor, content: bytes, now: datetime) -> api.FeedRunInfo:
    return api.receive_file(steward, RELIEF, "救助对象.csv", io.BytesIO(content), now=now)


@pytest.mark.parametrize("kind", BAD)
def test_the_page_shows_how_old_is_what_serves(steward: Actor, now: datetime, kind: str) -> None:
    good = feed(steward, small_dirty_file(), now - timedelta(days=3))
    bad = feed(steward, BAD[kind], now - timedelta(hours=1))
    assert (good.state, bad.state) == ("PUBLISHED", "HELD" if kind == "columns" else "REJECTED")
    client = signed_in("steward_mzj")
    page = client.get(reverse("exchange:feeds")).content.decode()
    assert f"{figures.moment(good.as_of)}</time>" in page
    shown = " ".join(re.sub("<[^>]*>", " ", page).replace("\xa0", " ").split())
    assert "121 行" in shown
    assert re.search(r"数据截止时间 \S+ \S+ 3 ?(天|日)前", shown), shown
    assert bad.outcome in client.get(reverse("exchange:run", args=[bad.id])).content.decode()


@pytest.mark.parametrize("kind", BAD)
def test_gateways_go_on_answering_with_the_date_of_what_serves(steward: Actor, now: datetime, kind: str) -> None:
    good = feed(steward, small_dirty_file(), now - timedelta(days=3))
    feed(steward, BAD[kind], now - timedelta(hours=1))
    with connection.cursor() as cursor:
        cursor.execute("SELECT snapshot, path, as_of FROM gateway_index WHERE resource = %s", [RELIEF])
        ((snapshot, path, as_of),) = cursor.fetchall()
    index = SubjectIndex(places.data_dir() / path, resource=RELIEF, snapshot=snapshot)
    try:
        # `as_of_text` is what every answer from it bears.
        assert index.as_of_text == good.as_of.strftime("%Y-%m-%dT%H:%M:%S.") + f"{good.as_of.microsecond // 1000:03}Z"
        assert index.find(keyring().subject_key(LIU.id_number or "")) is not None
    finally:
        index.close()
    assert as_of == good.as_of
