"""Strangers who say nothing, too little, too slowly or too much to the server of the pages: others are answered.

The server is started as `haihe up` starts it, with a short limit of its own (`HAIHE_SLOWEST_REQUEST_S`); a proxy in
front, with the limits that we ship, takes slow bodies in before the pages hear of them.
"""

import http.client
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pytest

from haihe.gateway.testing_floods import PATIENCE_S, begun, ended
from haihe.launch import services
from haihe.launch.child import Child
from haihe.launch.ports import free_port
from tests.contract.storeys import REPOSITORY

LIMIT_S = 2
GET = b"GET /robots.txt HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /robots.txt HTTP/1.1\r\nHost: localhost\r\n"
_NGINX = """
daemon off;
user root;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  include {limits};
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass http://127.0.0.1:{pages}; proxy_set_header Host localhost; }}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Pages:
    port: int
    pid: int

    def rss(self) -> int:
        """Return how many bytes of memory the server and its worker hold."""
        parent = psutil.Process(self.pid)
        return sum(each.memory_info().rss for each in (parent, *parent.children(recursive=True)))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    folder, port = tmp_path_factory.mktemp("pages"), free_port()
    environment = {
        "DJANGO_SETTINGS_MODULE": "haihe.web.settings",
        "HAIHE_DATA_DIR": str(folder),
        "HAIHE_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/nowhere",  # nothing here asks it
        "HAIHE_DEMO": "1",
        "HAIHE_SLOWEST_REQUEST_S": str(LIMIT_S),
        "PYTHONPATH": services.python_path(),
    }
    program = services.web(host="127.0.0.1", port=port, environment=environment, log_dir=folder)
    # /healthz would wait for a database, which is not there.
    child = Child(replace(program, answers=lambda: is_there(port), patience_s=300))
    child.start_and_wait()
    try:
        yield Pages(port, child.pid or 0)
    finally:
        child.stop(timeout_s=20)


@contextmanager
def proxy(pages: Pages, folder: Path) -> Iterator[int]:
    port, configuration = free_port(), folder / "nginx.conf"
    limits = (
        (REPOSITORY / "deploy/nginx/limits.conf")
        .read_text()
        .replace("client_body_timeout 15s", "client_body_timeout 2s")
    )
    (folder / "limits.conf").write_text(limits)
    configuration.write_text(_NGINX.format(folder=folder, port=port, pages=pages.port, limits=folder / "limits.conf"))
    with subprocess.Popen(["nginx", "-e", "stderr", "-p", str(folder), "-c", str(configuration)]) as process:
        try:
            while not is_there(port):
                assert process.poll() is None
                time.sleep(0.05)  # until it listens
            yield port
        finally:
            process.terminate()
            process.wait()


def is_there(port: int) -> bool:
    return services.status_of("127.0.0.1", port, "/robots.txt") is not None


def answered(port: int) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)) as connection:
        connection.request("GET", "/robots.txt", headers={"host": "localhost"})
        return connection.getresponse().status


@pytest.mark.parametrize("said", [b"", b"GET /rob", GET], ids=["nothing", "half a line", "half a head"])
def test_whoever_says_too_little_is_hung_up_on_and_others_are_answered(pages: Pages, said: bytes) -> None:
    with ExitStack() as stack:
        crowd = [begun(stack, pages.port, said) for _ in range(200)]
        assert answered(pages.port) == 200
        for wire in crowd:
            assert b" 200 " not in ended(wire)
    assert answered(pages.port) == 200


def test_a_head_that_drips_is_cut_off_although_something_comes_all_the_time(pages: Pages) -> None:
    with ExitStack() as stack:
        wire = begun(stack, pages.port, GET)
        until, is_open = time.monotonic() + PATIENCE_S, True
        while is_open and time.monotonic() < until:
            try:
                wire.sendall(b"X: y\r\n")
            except ConnectionError:
                is_open = False
            time.sleep(0.1)  # it drips
    assert not is_open


@pytest.mark.parametrize("where", ["header", "address"])
def test_endless_heads_are_refused_and_kept_by_nobody(pages: Pages, where: str) -> None:
    before, endless = pages.rss(), b"a" * (1 << 20)
    said = GET + b"X: " + endless if where == "header" else b"GET /robots.txt?q=" + endless
    for _ in range(40):
        with ExitStack() as stack:
            wire = begun(stack, pages.port, b"")
            try:
                wire.sendall(said)
            except ConnectionError:
                continue  # refused before it was through
            assert ended(wire)[9:12] in (b"", b"414", b"431")
    assert pages.rss() - before < 32 << 20
    assert answered(pages.port) == 200


def test_an_endless_body_for_a_page_that_takes_none_is_not_kept(pages: Pages) -> None:
    before, chunk = pages.rss(), b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with ExitStack() as stack:
        wire = begun(stack, pages.port, POST + b"Transfer-Encoding: chunked\r\n\r\n")
        sent = 0
        try:
            while sent < 256 << 20:
                wire.sendall(chunk)
                sent += len(chunk)
        except OSError:
            pass  # hung up on, as it should
    assert sent < 256 << 20
    assert pages.rss() - before < 32 << 20
    assert answered(pages.port) == 200


@pytest.mark.engine("nginx")
def test_behind_our_proxy_slow_bodies_never_reach_the_pages(pages: Pages, tmp_path: Path) -> None:
    with proxy(pages, tmp_path) as port, ExitStack() as stack:
        head = POST.replace(b"/robots.txt", b"/api/invoke/" + b"0" * 32)
        form = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nauthToken="
        crowd = [begun(stack, port, head + form) for _ in range(40)]
        assert answered(port) == 200
        for wire in crowd:
            assert b" 200 " not in ended(wire)
        assert answered(pages.port) == 200


@pytest.mark.engine("nginx")
def test_behind_our_proxy_one_client_takes_not_all_connections(pages: Pages, tmp_path: Path) -> None:
    with proxy(pages, tmp_path) as port, ExitStack() as stack:
        form = b"Content-Length: 1000\r\n\r\nx"
        for _ in range(64):
            begun(stack, port, POST + form)
        assert ended(begun(stack, port, GET + b"Connection: close\r\n\r\n"))[9:12] == b"429"
        assert answered(pages.port) == 200
