"""A whole city for journeys: `haihe up` as a person would start it, on free ports, in a folder of its own."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from haihe.launch import ports

REPOSITORY = Path(__file__).parents[2]
SCALE = "0.0005"
READY_WITHIN_S = 300.0
STOPPED_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class CityInstance:
    """A running installation with the demo city planted. It may ask this machine at `portal_port`, for a test's own
    portal; no other port of any private address.
    """

    url: str
    gateway_url: str
    data_dir: Path
    process: subprocess.Popen[bytes]
    portal_port: int

    @contextmanager
    def gateway_silent(self) -> Iterator[None]:
        """Let the gateway hang, as a machine does whose disk or network is gone: it is there and answers nothing."""
        programs = self._programs("gateway")
        assert programs, "the gateway is not running"
        for program in programs:
            program.suspend()
        try:
            yield
        finally:
            for program in programs:
                program.resume()

    def haihe(self, *words: str, here: bool = False) -> subprocess.CompletedProcess[str]:
        """Run one command of ours to its end, without the installation's settings: as a stranger with a file would.

        `here`: as whoever runs the installation does.
        """
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY / "src"), "HOME": str(self.data_dir)}
        if here:
            environment["HAIHE_DATA_DIR"] = str(self.data_dir)
        return subprocess.run(
            [sys.executable, "-m", "haihe", *words],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
        )

    def plant(self, module: str) -> str:
        """Run a program that plants something, with the installation's settings; return the last line it prints."""
        running = json.loads((self.data_dir / "running.json").read_text())
        environment = os.environ | {
            "HAIHE_DATABASE_URL": running["database_url"],
            "HAIHE_DATA_DIR": str(self.data_dir),
            "HAIHE_NATS_URL": running["nats_url"],
            "DJANGO_SETTINGS_MODULE": "haihe.web.settings",
            "PYTHONPATH": f"{REPOSITORY / 'src'}:{REPOSITORY}",
        }
        planted = subprocess.run(
            [sys.executable, "-m", module], env=environment, cwd=REPOSITORY, capture_output=True, text=True, check=False
        )
        if planted.returncode:
            raise RuntimeError(f"{module}: {planted.stderr[-4000:]}")
        return planted.stdout.strip().splitlines()[-1]

    def log(self, program: str) -> str:
        file = self.data_dir / "logs" / f"{program}.log"
        return file.read_text(errors="replace")[-4000:] if file.exists() else ""

    def _programs(self, name: str) -> list[psutil.Process]:
        children = psutil.Process(self.process.pid).children(recursive=True)
        roots = [child for child in children if ["-m", "haihe", name] == child.cmdline()[1:4]]
        return [one for root in roots for one in (root, *root.children(recursive=True))]


def _wait_until_ready(process: subprocess.Popen[bytes], folder: Path, output: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"haihe up ended with {process.returncode}:\n{output.read_text()[-4000:]}")
        try:
            if json.loads((folder / "running.json").read_text())["ready"]:
                return
        except (OSError, ValueError, KeyError):
            pass
        time.sleep(0.2)
    raise RuntimeError(f"haihe up was not ready within {READY_WITHIN_S:.0f} s:\n{output.read_text()[-4000:]}")


@pytest.fixture(scope="session")
def city_instance() -> Iterator[CityInstance]:
    """Start the city once for all journeys of this worker, and stop it as Ctrl-C does."""
    with tempfile.TemporaryDirectory(prefix="haihe-journey-", ignore_cleanup_errors=True) as text:
        folder, output = Path(text) / "data", Path(text) / "up.log"
        Path(text).chmod(0o711)
        port, gateway_port, portal_port = ports.free_port(), ports.free_port(), ports.free_port()
        command = [sys.executable, "-m", "haihe", "up", "--port", str(port), "--gateway-port", str(gateway_port)]
        command += ["--scoreday-port", str(ports.free_port()), "--metrics-port", str(ports.free_port(beside=1))]
        command += ["--openreads-port", str(ports.free_port())]
        command += ["--data-dir", str(folder), "--scale", SCALE]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HAIHE_", "DJANGO_"))}
        # Two cities that start in the same moment would both find the usual port free.
        environment = kept | {"PYTHONPATH": str(REPOSITORY / "src"), "HAIHE_HUB_PORT": str(ports.free_port())}
        environment |= {"HAIHE_OUTWARD_NETWORKS": "127.0.0.1/32", "HAIHE_OUTWARD_PORTS": f"80,443,{portal_port}"}
        with output.open("wb") as log:
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            _wait_until_ready(process, folder, output)
            here = "http://127.0.0.1"
            yield CityInstance(f"{here}:{port}", f"{here}:{gateway_port}", folder, process, portal_port)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(STOPPED_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
