"""Files dropped on a real SFTP server: taken once they are finished, put away, and no other server spoken to."""

import gc
import hashlib
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from haihe.data.exchange.connectors.drop import BEGINNING_BYTES
from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.ports import Beginning, Fetched, GivenBack, Verdict
from haihe.data.exchange.connectors.sftp.connector import SFTP, SftpSecret, SftpSettings
from haihe.data.exchange.connectors.testing import ListSink, make_site, walked
from haihe.data.exchange.connectors.testing_sftp import CLIENT_KEY, PASSWORD, SftpServer, sftp_server

SECRET = SftpSecret(password=PASSWORD)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


@pytest.fixture
def server(root: Path) -> Iterator[SftpServer]:
    with sftp_server(root) as server:
        yield server


def settings(server: SftpServer, **changes: Any) -> SftpSettings:
    told: dict[str, Any] = server.settings | changes
    return SftpSettings(**told)


def drop(root: Path, name: str, content: bytes = b"a,b\n1,2\n") -> Path:
    file = root / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)
    (root / f"{name}.ok").touch()
    return file


def fetch(
    server: SftpServer, tmp_path: Path, secret: SftpSecret = SECRET, **changes: Any
) -> tuple[Fetched | None, ListSink]:
    sink = ListSink(tmp_path / "memory")
    return SFTP.fetch(settings(server, **changes), secret, None, sink, make_site(tmp_path)), sink


def fault_of(server: SftpServer, tmp_path: Path, secret: SftpSecret = SECRET, **changes: Any) -> tuple[Fault, str]:
    with pytest.raises(FetchFailed) as failed:
        walked(SFTP, settings(server, **changes), secret, make_site(tmp_path))
    return failed.value.fault, failed.value.detail


def test_a_finished_file_is_taken_whole(server: SftpServer, root: Path, tmp_path: Path) -> None:
    content = bytes(range(256)) * 20_000
    drop(root, "名册.csv", content)
    (root / "half.csv").write_text("not finished")
    fetched, sink = fetch(server, tmp_path)
    assert fetched is not None
    assert (fetched.filename, fetched.complete, sink.content == content) == ("名册.csv", True, True)
    assert sink.kept == fetched
    for _ in range(2):
        SFTP.settle(settings(server), SECRET, fetched.token, Verdict.TAKEN, "", make_site(tmp_path))
    left = sorted(str(file.relative_to(root)) for file in root.rglob("*") if file.is_file())
    assert left == [
        "done/名册.csv",
        "half.csv",
    ]


def test_a_refused_file_lies_beside_its_reason(server: SftpServer, root: Path, tmp_path: Path) -> None:
    drop(root, "in/a.csv")
    fetched, _ = fetch(server, tmp_path, path="in")
    assert fetched is not None
    told, site = settings(server, path="in"), make_site(tmp_path)
    SFTP.settle(told, SECRET, fetched.token, Verdict.REFUSED, "缺少列。", site)
    assert (root / "in/refused/a.csv.reason.txt").read_text() == "缺少列。\n"


def test_a_private_key_signs_in_too(server: SftpServer, root: Path, tmp_path: Path) -> None:
    drop(root, "a.csv")
    secret = SftpSecret(private_key=CLIENT_KEY.export_private_key().decode())
    assert fetch(server, tmp_path, secret)[0] is not None


def test_nothing_there_is_nothing_new(server: SftpServer, tmp_path: Path) -> None:
    assert fetch(server, tmp_path)[0] is None


def test_all_legs_hold(server: SftpServer, root: Path, tmp_path: Path) -> None:
    drop(root, "a.csv")
    legs = walked(SFTP, settings(server), SECRET, make_site(tmp_path))
    assert [leg.leg for leg in legs] == list(SFTP.legs)
    assert legs[-1].told == "1: a.csv"


def test_a_server_with_another_key_is_not_spoken_to(server: SftpServer, tmp_path: Path) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    assert fault_of(server, tmp_path, host_key=other)[0] is Fault.HOST_KEY_CHANGED


def test_without_a_key_the_one_that_is_offered_is_told(server: SftpServer, tmp_path: Path) -> None:
    fault, detail = fault_of(server, tmp_path, host_key="")
    assert (fault, detail.split()[:2]) == (Fault.HOST_KEY_UNKNOWN, server.host_key.split()[:2])


@pytest.mark.parametrize(
    ("changes", "secret", "fault"),
    [
        ({"port": 1}, SECRET, Fault.NO_CONNECTION),
        ({"host": "169.254.169.254"}, SECRET, Fault.ADDRESS_NOT_ALLOWED),
        ({}, SftpSecret(password="wrong"), Fault.LOGIN_REFUSED),
        ({}, SftpSecret(private_key="no key"), Fault.SETTINGS_WRONG),
        ({"path": "nowhere"}, SECRET, Fault.NO_SUCH_PLACE),
        ({"path": "../.."}, SECRET, Fault.SETTINGS_WRONG),
    ],
)
def test_the_leg_that_fails_is_named(
    server: SftpServer, tmp_path: Path, changes: dict[str, Any], secret: SftpSecret, fault: Fault
) -> None:
    assert fault_of(server, tmp_path, secret, **changes)[0] is fault


def test_a_connection_cut_in_the_middle_may_be_tried_again(server: SftpServer, root: Path, tmp_path: Path) -> None:
    drop(root, "a.csv", b"x" * 8_000_000)

    class Cutting(ListSink):
        def write(self, piece: bytes) -> None:
            super().write(piece)
            server.cut()

    with pytest.raises(FetchFailed) as failed:
        SFTP.fetch(settings(server), SECRET, None, Cutting(tmp_path / "memory"), make_site(tmp_path))
    assert failed.value.fault is Fault.CONNECTION_LOST
    assert failed.value.is_transient


def given_back(content: bytes) -> GivenBack:
    return GivenBack("a-rejects.csv", len(content), hashlib.sha256(content).hexdigest(), lambda: iter([content]))


def test_a_file_is_given_back_whole_and_once(server: SftpServer, root: Path, tmp_path: Path) -> None:
    (root / "in").mkdir()
    told, site = settings(server, path="in"), make_site(tmp_path)
    content = "行号,理由\n".encode() * 100_000
    placed = [SFTP.give_back(told, SECRET, given_back(content), site) for _ in range(2)]
    placed.append(SFTP.give_back(told, SECRET, given_back(b"other"), site))
    assert placed == ["returned/a-rejects.csv", "returned/a-rejects.csv", "returned/a-rejects-2.csv"]
    left = {file.name: file.read_bytes() for file in (root / "in/returned").iterdir()}
    assert left == {"a-rejects.csv": content, "a-rejects-2.csv": b"other"}


def test_what_was_half_written_is_written_anew(server: SftpServer, root: Path, tmp_path: Path) -> None:
    (root / "returned").mkdir()
    (root / "returned/.a-rejects.csv.part").write_bytes(b"x" * 5000)
    SFTP.give_back(settings(server), SECRET, given_back(b"whole"), make_site(tmp_path))
    assert {file.name: file.read_bytes() for file in (root / "returned").iterdir()} == {"a-rejects.csv": b"whole"}


def test_a_check_reads_how_the_next_file_begins(server: SftpServer, root: Path, tmp_path: Path) -> None:
    drop(root, "名册.csv", b"x" * (BEGINNING_BYTES + 1))
    last = walked(SFTP, settings(server), SECRET, make_site(tmp_path))[-1]
    assert last.told == "1: 名册.csv"
    assert last.beginning == Beginning("名册.csv", b"x" * BEGINNING_BYTES, whole=False)


def test_the_server_leaves_no_socket_of_who_only_knocked(root: Path) -> None:
    with sftp_server(root) as server:
        socket.create_connection(("127.0.0.1", server.port)).close()
    gc.collect()  # so that a socket left behind fails this test, not whichever comes next
