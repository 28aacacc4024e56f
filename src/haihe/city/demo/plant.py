"""Plants the city: reference data in the database, residents and registers in the lake, the relief register's file."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
from django.conf import settings
from django.utils import timezone

from haihe.city import cast
from haihe.city.demo import engine
from haihe.city.demo.population import SEED, CityFigures, generate
from haihe.city.demo.relief_file import write_relief_file
from haihe.city.loading import load_reference_data

Progress = Callable[[str, float], None]
"""Told what is being made (a short Chinese phrase), and how much of all is done, from 0 to 1."""


def plant(*, scale: float, now: datetime, progress: Progress = lambda _what, _share: None) -> CityFigures:
    """Load places and organisations, and make the demo city at this scale in `<data_dir>/city`.

    Repeating it with the same scale and recipe keeps what was made, whatever the day. `figures.json` is written last
    and only stands where everything else does, so a planting cut short starts again.
    """
    folder = Path(settings.HAIHE.data_dir) / "city"
    progress("区划和机构", 0.0)
    load_reference_data()
    made = planted(folder)
    if made is not None and (made.seed, made.scale, made.recipe) == (SEED, scale, engine.recipe()):
        progress("演示城市已就绪", 1.0)
        return made
    (folder / "figures.json").unlink(missing_ok=True)
    figures = generate(
        folder=folder,
        scale=scale,
        today=timezone.localdate(now),
        progress=lambda what, share: progress(f"居民和名册：{what}", 0.02 + 0.9 * share),
    )
    progress("社会救助名册文件", 0.95)
    write_relief_file(
        register=str(folder / "relief_register" / "*.parquet"),
        file=Path(settings.HAIHE.data_dir) / cast.RELIEF_FILE,
        seed=SEED,
    )
    (folder / "figures.json").write_bytes(msgspec.json.encode(figures))
    progress("演示城市已就绪", 1.0)
    return figures


def planted(folder: Path) -> CityFigures | None:
    """Return what stands in the folder, or None where nothing whole does."""
    try:
        return msgspec.json.decode((folder / "figures.json").read_bytes(), type=CityFigures)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
