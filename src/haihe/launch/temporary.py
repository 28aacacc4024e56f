"""A whole city as a process of its own, on free ports: for `haihe demo`, and for tests of a whole city."""

import os
import signal
import subprocess
import time
from pathlib import Path

from haihe.launch import ports, services, tether
from haihe.launch.data_dir import DataDir, Running
from haihe.launch.trouble import Trouble


class CityProcess:
    """`haihe up` in `data_dir`. Its screen goes to `output`, beside the data directory."""

    def __init__(self, data_dir: Path, *options: str) -> None:
        self.folder = DataDir(data_dir)
        self.output = data_dir.with_name(f"{data_dir.name}.output")
        self.port, self.gateway_port, self._hub_port = (ports.free_port() for _ in range(3))
        self._scoreday_port, self._openreads_port = (ports.free_port() for _ in range(2))
        self._metrics_port = ports.free_port(beside=4)
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def gateway_url(self) -> str:
        return f"http://127.0.0.1:{self.gateway_port}"

    @property
    def pid(self) -> int:
        if self._process is None:
            raise Trouble("the city was not started")
        return self._process.pid

    def command(self) -> list[str]:
        words = ["up", "--port", str(self.port), "--gateway-port", str(self.gateway_port)]
        # Two cities that start in the same moment would both find the usual ports free.
        words += ["--scoreday-port", str(self._scoreday_port), "--metrics-port", str(self._metrics_port)]
        words += ["--openreads-port", str(self._openreads_port)]
        return [*services.haihe(*words), "--data-dir", str(self.folder.path), *self._options]

    def start(self) -> None:
        # An address meant for another installation must not reach this one.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HAIHE_")}
        environment["PYTHONPATH"] = services.python_path()
        environment["HAIHE_HUB_PORT"] = str(self._hub_port)
        self.output.parent.mkdir(parents=True, exist_ok=True)
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own program, no shell
                tether.tied(self.command(), signal.SIGTERM),
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_ready(self, *, timeout_s: float = 300) -> Running:
        """Return the addresses once it serves. Raises: Trouble with what it printed, at once where it ended.

        A machine of two cores that runs three workers' tests beside it needs some 150 s for a first start.
        """
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline and self._process is not None and self._process.poll() is None:
            running = self.folder.running()
            if running and running.ready and running.pid == self._process.pid:
                return running
            time.sleep(0.05)
        raise Trouble(f"the city did not come up:\n{self.output.read_text(errors='replace')[-4000:]}")

    def stop(self, *, timeout_s: float = 60) -> int:
        """Press Ctrl-C and return the exit code."""
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        return self._process.wait(timeout_s)

    def kill(self) -> None:
        """Kill the supervisor alone, as the kernel would when memory runs out."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
