from collections.abc import Iterator

import pytest

from haihe.base.outward.testing import HttpServer, Told, http_server


@pytest.fixture
def server() -> Iterator[HttpServer]:
    """An interface that says nothing until the test tells it what."""
    with http_server(lambda asked: Told(status=404)) as running:
        yield running
