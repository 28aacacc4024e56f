"""The demo's datasets for the tests of a package: all 391, the files of three, one of them open on conditions only."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test.utils import override_settings
from pytest_django import DjangoDbBlocker

from haihe.city import api as city
from haihe.data.open.demo.source import made_up
from haihe.data.open.faces.testing import close_one, plant_some
from haihe.data.open.sources import register_source
from haihe.data.open.tests.conftest import NOW

__all__ = ["planted"]


@pytest.fixture(scope="package")
def planted(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("faces")
    register_source(made_up)
    changed = override_settings(HAIHE=replace(settings.HAIHE, data_dir=folder))
    with django_db_blocker.unblock(), changed, transaction.atomic():
        city.load_reference_data()
        plant_some(now=NOW)
        close_one(now=NOW)
        yield folder
        transaction.set_rollback(True)
