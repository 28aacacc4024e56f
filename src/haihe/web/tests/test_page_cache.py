"""The cache of finished pages: what is kept comes back in another process, and it doesn't grow without end."""

from pathlib import Path

import pytest

from haihe.web import page_cache
from haihe.web.page_cache import PageCache


def cache(folder: Path) -> PageCache:
    return PageCache(str(folder), {"OPTIONS": {"MAX_ENTRIES": 30}})


def test_another_process_finds_what_was_kept(tmp_path: Path) -> None:
    cache(tmp_path).set("page", b"words")
    assert cache(tmp_path).get("page") == b"words"
    assert tmp_path.stat().st_mode & 0o077 == 0


def test_old_pages_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_cache, "_SETS_A_CULL", 4)
    kept = cache(tmp_path)
    for number in range(300):
        kept.set(f"page-{number}", number)
    assert 10 < len(list(tmp_path.iterdir())) < 100
