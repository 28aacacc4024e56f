"""Planting makes the whole city once, tells how far it is, and starts again where it was cut short."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from django.conf import settings
from django.test import override_settings

from haihe.city import cast, demo
from haihe.city.models import Division

pytestmark = pytest.mark.django_db

_NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    with override_settings(HAIHE=replace(settings.HAIHE, data_dir=tmp_path)):
        yield tmp_path


def test_the_city_is_planted_once_with_progress(data_dir: Path) -> None:
    told: list[tuple[str, float]] = []
    figures = demo.plant(scale=0.0001, now=_NOW, progress=lambda what, share: told.append((what, share)))
    assert figures.rows["resident"] == 1560
    assert Division.objects.count() == 5934
    file = data_dir / cast.RELIEF_FILE
    assert file.exists()
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    written = file.stat().st_mtime_ns
    assert demo.plant(scale=0.0001, now=_NOW) == figures
    assert file.stat().st_mtime_ns == written


def test_a_planting_cut_short_is_made_again(data_dir: Path) -> None:
    figures = demo.plant(scale=0.0001, now=_NOW)
    (data_dir / "city" / "figures.json").write_text("{", encoding="utf-8")
    (data_dir / cast.RELIEF_FILE).unlink()
    assert demo.plant(scale=0.0001, now=_NOW) == figures
    assert (data_dir / cast.RELIEF_FILE).exists()


def test_a_city_of_another_recipe_is_made_again(data_dir: Path) -> None:
    figures = demo.plant(scale=0.0001, now=_NOW)
    stale = replace(figures, recipe="of last year", rows={})
    (data_dir / "city" / "figures.json").write_bytes(msgspec.json.encode(stale))
    assert demo.plant(scale=0.0001, now=_NOW) == figures
