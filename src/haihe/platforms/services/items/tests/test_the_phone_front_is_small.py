"""The front of services on a phone: how many bytes travel until it is there. A count, the same on every machine."""

import gzip
import re

import pytest
from django.test import Client
from django.urls import reverse

from haihe.city.testing import load_departments
from haihe.platforms.services.items.operations import load_items

MOST_BYTES = 60_000
"""100 KB are allowed; what stands today is far below, and stays there."""
_ASKED = re.compile(r'<(?:link|script)\b[^>]*?\b(?:href|src)="(/static/[^"]+)"')


def travelled(client: Client, address: str) -> int:
    """Return the bytes of an answer's body as a browser gets it."""
    answer = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200, address
    return len(answer.getvalue())


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["", "?who=company"])
def test_the_whole_front_is_there_after_few_bytes(client: Client, who: str) -> None:
    load_departments()
    load_items()
    home = reverse("services:home") + who
    page = client.get(home, headers={"Accept-Encoding": "gzip"})
    assert page["Content-Encoding"] == "gzip"
    asked = _ASKED.findall(gzip.decompress(page.content).decode())
    assert any(one.endswith("web/base.css") for one in asked)
    told = {one: travelled(client, one) for one in asked} | {home: len(page.content)}
    assert sum(told.values()) <= MOST_BYTES, told
