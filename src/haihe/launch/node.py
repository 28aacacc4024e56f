"""`haihe node run`: a node's own NATS server and its agent, kept running."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from haihe.data.exchange.nodes.agent.home import Home
from haihe.kernel.node_subjects import domain
from haihe.launch import ports, services
from haihe.launch.child import Program
from haihe.launch.nats import answers_at, program
from haihe.launch.private_files import write_private
from haihe.launch.screen import Screen
from haihe.launch.supervisor import StopRequested, Supervisor, request_stop, stop_requests
from haihe.launch.trouble import Trouble

_CONFIGURATION = """\
server_name: {domain}
listen: "127.0.0.1:{port}"
pid_file: {pid_file}
authorization {{ token: "{token}" }}
jetstream {{
  store_dir: {store}
  domain: {domain}
  sync_interval: always
  max_memory_store: 67108864
  max_file_store: {most_bytes}
}}
leafnodes {{
  reconnect: "1s"
  remotes: [ {{
    url: "tls://{hub}"
    credentials: {credentials}
    tls {{ ca_file: {root}, cert_file: {certificate}, key_file: {key}, timeout: 5 }}
  }} ]
}}
"""
_MOST_BYTES = 24 * 1024**3


@dataclass(frozen=True, slots=True)
class Leaf:
    """The NATS server of a node: a leaf of the hub with a JetStream domain of its own."""

    home: Home

    def prepare(self) -> None:
        """Write the configuration. Raises: HomeError, before the node has joined."""
        identity, folder = self.home.identity, self.home.path.absolute()
        local = self._local() or {"port": 0, "token": secrets.token_urlsafe(24)}
        if not local["port"] or not ports.is_free(int(local["port"])):
            local["port"] = ports.free_port()
        write_private(folder / "local.json", json.dumps(local))
        text = _CONFIGURATION.format(
            domain=domain(identity.name),
            port=local["port"],
            token=local["token"],
            hub=identity.hub,
            most_bytes=_MOST_BYTES,
            pid_file=_quoted(folder / "leaf.pid"),
            store=_quoted(folder / "store"),
            credentials=_quoted(folder / "node.creds"),
            root=_quoted(folder / "root.pem"),
            certificate=_quoted(folder / "certificate.pem"),
            key=_quoted(folder / "tls.key"),
        )
        write_private(folder / "leaf.conf", text)

    def command(self) -> list[str]:
        return [str(program()), "-c", str(self.home.path.absolute() / "leaf.conf")]

    def answers(self) -> bool:
        return answers_at(int((self._local() or {"port": 0})["port"]))

    def _local(self) -> dict[str, str | int] | None:
        try:
            found: dict[str, str | int] = json.loads((self.home.path / "local.json").read_text())
        except (FileNotFoundError, ValueError):
            return None
        return found


def run(home: Home, *, screen: Screen) -> int:
    """Start server and agent, keep them running until told to stop. Returns the exit code."""
    supervisor, log_dir = Supervisor(say=screen.note), home.path.absolute() / "logs"
    try:
        leaf = Leaf(home)
        leaf.prepare()
        with stop_requests(request_stop):
            try:
                supervisor.start(Program("leaf", tuple(leaf.command()), log_dir / "leaf.log", answers=leaf.answers))
                supervisor.start(_agent(home, log_dir))
                screen.note(f"node {home.identity.name} is up; it dials {home.identity.hub}")
                supervisor.watch()
            finally:
                supervisor.stop()
    except StopRequested:
        return 0
    except Trouble as trouble:
        screen.trouble(str(trouble))
        return 1
    return 0


def _agent(home: Home, log_dir: Path) -> Program:
    command = services.haihe("node", "agent", "--home", str(home.path.absolute()))
    environment = {"PYTHONPATH": services.python_path(), "PYTHONUNBUFFERED": "1"}
    return Program("agent", command, log_dir / "agent.log", environment)


def _quoted(path: Path) -> str:
    return json.dumps(str(path))
