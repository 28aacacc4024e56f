"""Nobody's calls of one test count in another."""

import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings

from haihe.data.open.counting import FOLDER
from haihe.data.open.faces import calls


@pytest.fixture(autouse=True)
def _counted_anew() -> Iterator[None]:
    yield
    calls._allowance.cache_clear()
    shutil.rmtree(settings.HAIHE.data_dir / FOLDER, ignore_errors=True)
