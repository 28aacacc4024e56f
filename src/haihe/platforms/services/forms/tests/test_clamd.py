"""clamd is asked by its protocol, over a real socket; whatever isn't a clear answer is none."""

import socket
import threading
from collections.abc import Iterator

import pytest

from haihe.platforms.services.forms.adapters.clamd import Clamd
from haihe.platforms.services.forms.ports import ScannerAway, Verdict


class Daemon:
    """Speaks as clamd does: reads the stream to its end, answers what it was told to."""

    def __init__(self, answer: bytes) -> None:
        self.answer, self.received = answer, b""
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._server.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        line, _peer = self._server.accept()
        with line, line.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\x00"
            while size := int.from_bytes(stream.read(4), "big"):
                self.received += stream.read(size)
            line.sendall(self.answer)

    def close(self) -> None:
        self._thread.join(60)
        self._server.close()


@pytest.fixture
def daemon(request: pytest.FixtureRequest) -> Iterator[Daemon]:
    made = Daemon(request.param)
    yield made
    made.close()


@pytest.mark.parametrize("daemon", [b"stream: OK\x00"], indirect=True, ids=["clean"])
def test_it_is_sent_whole_and_found_clean(daemon: Daemon) -> None:
    assert Clamd(daemon.address).scan([b"one", b"", b"two"]) is Verdict.CLEAN
    assert daemon.received == b"onetwo"


@pytest.mark.parametrize("daemon", [b"stream: Eicar-Test-Signature FOUND\x00"], indirect=True, ids=["found"])
def test_a_virus_is_a_virus(daemon: Daemon) -> None:
    assert Clamd(daemon.address).scan([b"x"]) is Verdict.INFECTED


@pytest.mark.parametrize(
    "daemon",
    [b"INSTREAM size limit exceeded. ERROR\x00", b"", b"stream: maybe\x00"],
    indirect=True,
    ids=["big", "mute", "odd"],
)
def test_what_is_no_clear_answer_is_none(daemon: Daemon) -> None:
    with pytest.raises(ScannerAway):
        Clamd(daemon.address).scan([b"x"])


@pytest.mark.parametrize("address", ["127.0.0.1:1", "unix:/nonexistent/clamd.ctl", "nowhere"])
def test_nobody_there_is_told(address: str) -> None:
    with pytest.raises(ScannerAway):
        Clamd(address, timeout_s=1).scan([b"x"])
