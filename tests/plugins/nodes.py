"""A hub for nodes, and a node's own server: real processes, for tests of every storey."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from haihe.data.exchange.nodes.agent.home import Home
from haihe.kernel.keyring import Keyring
from haihe.launch import ports, services
from haihe.launch.child import Child, Program
from haihe.launch.hub import EmbeddedHub, HubDoor
from haihe.launch.node import Leaf


@pytest.fixture
def hub() -> Iterator[str]:
    """A running hub; gives its url. What this process issues to nodes names it."""
    from django.conf import settings

    before = settings.HAIHE
    keyring = Keyring.from_json((before.data_dir / "keyring.json").read_text())
    server = EmbeddedHub(before.data_dir / "hub", keyring)
    door = server.prepare(HubDoor(port=ports.free_port()), port=ports.free_port())
    child = Child(services.hub(server, log_dir=before.data_dir / "logs"))
    child.start_and_wait()
    settings.HAIHE = replace(before, hub_url=server.url, hub_address=door.address)
    yield server.url
    settings.HAIHE = before
    child.stop(timeout_s=5)


@pytest.fixture
def run_leaf() -> Callable[[Path], AbstractContextManager[None]]:
    """Run the NATS server of the node that lives in a folder, without its agent."""

    @contextmanager
    def run(folder: Path) -> Iterator[None]:
        leaf = Leaf(Home(folder))
        leaf.prepare()
        child = Child(Program("leaf", tuple(leaf.command()), folder / "logs" / "leaf.log", answers=leaf.answers))
        child.start_and_wait()
        try:
            yield
        finally:
            child.stop(timeout_s=5)

    return run
