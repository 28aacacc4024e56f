"""Files dropped into a folder: which is taken, when, and what becomes of it."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.folder.connector import FOLDER, FolderSettings
from haihe.data.exchange.connectors.ports import Fetched, NoSecret, Site, Verdict
from haihe.data.exchange.connectors.testing import ListSink, make_site, walked


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


def later(root: Path, seconds: int = 3600) -> Site:
    """A site whose clock is ahead of the files just written."""
    newest = max((file.lstat().st_ctime for file in root.rglob("*")), default=0.0)
    site = make_site(root)
    return make_site(root, now=site.clock().fromtimestamp(newest, site.clock().tzinfo) + timedelta(seconds=seconds))


def drop(root: Path, name: str, content: str = "a,b\n1,2\n", *, age_s: int = 0) -> Path:
    file = root / name
    file.write_text(content)
    if age_s:
        os.utime(file, (file.stat().st_atime, file.stat().st_mtime - age_s))
    return file


def fetch(root: Path, tmp_path: Path, site: Site | None = None, **settings: object) -> tuple[Fetched | None, ListSink]:
    sink = ListSink(tmp_path / "memory")
    told = FOLDER.fetch(FolderSettings(**settings), NoSecret(), None, sink, site or later(root))  # type: ignore[arg-type]  # keywords as the caller gives them
    return told, sink


def test_a_file_that_has_lain_still_is_taken_as_it_is(root: Path, tmp_path: Path) -> None:
    drop(root, "名册.csv", "姓名\n张三\n")
    fetched, sink = fetch(root, tmp_path)
    assert fetched is not None
    assert (fetched.filename, fetched.mode, fetched.complete, fetched.watermark) == ("名册.csv", "full", True, None)
    assert sink.content.decode() == "姓名\n张三\n"
    assert sink.kept == fetched


def test_a_file_still_being_written_waits(root: Path, tmp_path: Path) -> None:
    drop(root, "a.csv")
    assert fetch(root, tmp_path, later(root, seconds=59))[0] is None
    assert fetch(root, tmp_path, later(root, seconds=61))[0] is not None


def test_with_markers_a_file_waits_for_its_own(root: Path, tmp_path: Path) -> None:
    drop(root, "a.csv")
    drop(root, "b.csv")
    assert fetch(root, tmp_path, finished="marker")[0] is None
    drop(root, "b.csv.ok", "")
    fetched, _ = fetch(root, tmp_path, finished="marker")
    assert fetched is not None
    assert fetched.filename == "b.csv"


def test_the_oldest_comes_first_and_more_waits(root: Path, tmp_path: Path) -> None:
    drop(root, "b.csv")
    os.utime(root / "b.csv")
    drop(root, "a.csv")
    site = later(root)
    first, _ = fetch(root, tmp_path, site)
    assert first is not None
    assert (first.filename, first.complete) == ("b.csv", False)
    FOLDER.settle(FolderSettings(), NoSecret(), first.token, Verdict.TAKEN, "", site)
    second, _ = fetch(root, tmp_path)
    assert second is not None
    assert (second.filename, second.complete) == ("a.csv", True)


@pytest.mark.parametrize(
    "name",
    [".a.csv", "a.csv.part", "a.csv.tmp", "~$a.xlsx", "a.csv.filepart", "a.csv~", "a.csv.reason.txt", "a.csv.ok"],
)
def test_names_of_half_written_files_are_left_alone(root: Path, tmp_path: Path, name: str) -> None:
    drop(root, name)
    assert fetch(root, tmp_path)[0] is None


def test_only_names_of_the_pattern_are_taken(root: Path, tmp_path: Path) -> None:
    drop(root, "readme.txt")
    drop(root, "救助-2026.csv")
    fetched, _ = fetch(root, tmp_path, pattern="救助-*.csv")
    assert fetched is not None
    assert fetched.filename == "救助-2026.csv"


@pytest.mark.parametrize("path", ["..", "a/../..", "../drop", "sub/../../x"])
def test_nothing_above_the_root_is_read(root: Path, tmp_path: Path, path: str) -> None:
    with pytest.raises(FetchFailed) as failed:
        fetch(root, tmp_path, path=path)
    assert failed.value.fault is Fault.SETTINGS_WRONG


def test_links_lead_nowhere(root: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("x")
    (root / "a.csv").symlink_to(secret)
    (root / "sub").symlink_to(tmp_path)
    assert fetch(root, tmp_path)[0] is None
    with pytest.raises(FetchFailed) as failed:
        fetch(root, tmp_path, path="sub")
    assert failed.value.fault is Fault.NO_SUCH_PLACE


def test_a_file_that_changes_while_it_is_read_is_read_again(root: Path, tmp_path: Path) -> None:
    file = drop(root, "a.csv", "x" * 3_000_000)
    site = later(root)

    class Meddling(ListSink):
        def write(self, piece: bytes) -> None:
            super().write(piece)
            with file.open("a") as more:
                more.write("y")

    with pytest.raises(FetchFailed) as failed:
        FOLDER.fetch(FolderSettings(), NoSecret(), None, Meddling(tmp_path / "memory"), site)
    assert failed.value.fault is Fault.SOURCE_CHANGED
    assert failed.value.is_transient


def test_a_taken_file_goes_to_done_with_its_marker_gone(root: Path, tmp_path: Path) -> None:
    for _ in range(2):
        drop(root, "a.csv")
        drop(root, "a.csv.ok", "")
        fetched, _sink = fetch(root, tmp_path, finished="marker")
        assert fetched is not None
        FOLDER.settle(FolderSettings(), NoSecret(), fetched.token, Verdict.TAKEN, "", later(root))
    assert sorted(file.name for file in (root / "done").iterdir()) == ["a-2.csv", "a.csv"]
    assert sorted(file.name for file in root.iterdir()) == ["done"]


def test_a_taken_file_may_be_deleted_instead(root: Path, tmp_path: Path) -> None:
    drop(root, "a.csv")
    fetched, _ = fetch(root, tmp_path)
    assert fetched is not None
    settings = FolderSettings(afterwards="delete")
    for _ in range(2):  # told twice, it is as told once
        FOLDER.settle(settings, NoSecret(), fetched.token, Verdict.TAKEN, "", later(root))
    assert list(root.iterdir()) == []


def test_a_refused_file_lies_beside_the_reason(root: Path, tmp_path: Path) -> None:
    drop(root, "a.csv")
    fetched, _ = fetch(root, tmp_path)
    assert fetched is not None
    FOLDER.settle(
        FolderSettings(afterwards="delete"), NoSecret(), fetched.token, Verdict.REFUSED, "缺少列。", later(root)
    )
    assert (root / "refused" / "a.csv").exists()
    assert (root / "refused" / "a.csv.reason.txt").read_text() == "缺少列。\n"


def test_a_new_file_of_the_same_name_stays_where_it_is(root: Path, tmp_path: Path) -> None:
    drop(root, "a.csv")
    fetched, _ = fetch(root, tmp_path)
    assert fetched is not None
    drop(root, "a.csv", "other\n")
    FOLDER.settle(FolderSettings(), NoSecret(), fetched.token, Verdict.TAKEN, "", later(root))
    assert (root / "a.csv").read_text() == "other\n"


def test_the_test_of_a_source_tells_what_waits(root: Path) -> None:
    drop(root, "a.csv")
    legs = walked(FOLDER, FolderSettings(), NoSecret(), later(root))
    assert [(leg.leg.value, leg.told) for leg in legs] == [("place", "/"), ("rows", "1: a.csv")]
    with pytest.raises(FetchFailed) as failed:
        walked(FOLDER, FolderSettings(path="nowhere"), NoSecret(), later(root))
    assert failed.value.leg == "place"
