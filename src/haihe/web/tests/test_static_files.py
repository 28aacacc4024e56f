"""Static files: only what is listed, packed, kept for ever under the name of the release."""

import gzip
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from haihe.web import vendor
from haihe.web.release import release_of

CSS = "web/haihe.css"


def body(client: Client, address: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    answer = client.get(address, headers=headers)
    content = answer.getvalue()
    return answer.status_code, dict(answer.items()), content


@pytest.mark.parametrize("name", vendor.FILES)
def test_each_listed_file_of_a_package_is_served(client: Client, name: str) -> None:
    status, headers, _content = body(client, f"{settings.STATIC_URL}vendor/{name}")
    assert status == 200
    assert "immutable" in headers["Cache-Control"]
    assert not name.endswith("js") or headers["Content-Type"].startswith("text/javascript")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["echarts/package.json", "../package.json", "axe-core/axe.min.js", ""])
def test_nothing_else_of_the_packages_is_served(client: Client, name: str) -> None:
    assert finders.find(f"vendor/{name}") is None
    assert body(client, f"{settings.STATIC_URL}vendor/{name}")[0] == 404


def test_text_travels_packed(client: Client) -> None:
    plain = body(client, f"{settings.STATIC_URL}{CSS}")
    packed = body(client, f"{settings.STATIC_URL}{CSS}", **{"Accept-Encoding": "gzip"})
    assert packed[1]["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed[2]) == plain[2]
    assert len(packed[2]) < len(plain[2]) / 2


def test_a_page_of_another_release_gets_the_file_unkept(client: Client) -> None:
    status, headers, _content = body(client, f"/static/0123456789ab/{CSS}")
    assert (status, headers["Cache-Control"]) == (200, "no-cache")


def test_the_release_changes_with_every_byte_and_name(tmp_path: Path) -> None:
    first, second = tmp_path / "a.css", tmp_path / "b.css"
    first.write_text("x")
    second.write_text("x")
    once = release_of([first])
    assert once == release_of([first])
    assert once != release_of([second])
    first.write_text("y")
    assert once != release_of([first])
