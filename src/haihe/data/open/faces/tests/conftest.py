"""The demo's datasets for a module of tests; one of them is open on conditions only."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test.utils import override_settings
from pytest_django import DjangoDbBlocker

from haihe.city import api as city
from haihe.data.open.demo.source import made_up
from haihe.data.open.faces.stores import close_stores
from haihe.data.open.faces.testing import FEW, close_one, plant_with_files
from haihe.data.open.sources import register_source
from haihe.data.open.tests.conftest import NOW


@pytest.fixture(scope="module")
def planted(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """All 391 datasets, the files of `BUILT`; the data directory."""
    with django_db_blocker.unblock(), _city(tmp_path_factory.mktemp("faces")) as folder:
        plant_with_files(now=NOW)
        close_one(now=NOW)
        yield folder


@pytest.fixture(scope="module")
def few(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Some datasets, the files of `BUILT`; the data directory."""
    with django_db_blocker.unblock(), _city(tmp_path_factory.mktemp("faces")) as folder:
        plant_with_files(FEW, now=NOW)
        close_one(now=NOW)
        yield folder
    close_stores()


@contextmanager
def _city(folder: Path) -> Iterator[Path]:
    register_source(made_up)
    with override_settings(HAIHE=replace(settings.HAIHE, data_dir=folder)), transaction.atomic():
        city.load_reference_data()
        yield folder
        transaction.set_rollback(True)
