"""A small network of its own: one namespace for the centre, one for each node, a line between that can be cut."""

import contextlib
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

CENTRE_ADDRESS = "10.77.0.1"


@dataclass(frozen=True, slots=True)
class Network:
    """`name` is a short prefix, so that several can stand on one machine."""

    name: str
    nodes: tuple[str, ...]

    def inside(self, who: str) -> list[str]:
        """Return the words that run a command in somebody's namespace."""
        return ["ip", "netns", "exec", self._space(who)]

    def cut(self, node: str) -> None:
        _ip("-n", self._space("centre"), "link", "set", self._line(node, "c"), "down")

    def mend(self, node: str) -> None:
        place = self.nodes.index(node) + 1
        _ip("-n", self._space("centre"), "link", "set", self._line(node, "c"), "up")
        # The kernel forgets the routes of a line that was down, on the side where it was.
        _ip("-n", self._space("centre"), "route", "replace", f"10.77.{place}.2/32", "dev", self._line(node, "c"))

    @property
    def doorstep(self) -> str:
        """Under which address every node reaches what stands in the root namespace; that line is never cut."""
        return "10.78.0.1"

    def build(self) -> None:
        self._add("centre")
        _ip("-n", self._space("centre"), "addr", "add", f"{CENTRE_ADDRESS}/32", "dev", "lo")
        for place, node in enumerate(self.nodes, 1):
            self._add(node)
            near, far = self._line(node, "c"), self._line(node, "n")
            _ip("link", "add", near, "netns", self._space("centre"), "type", "veth", "peer", far)
            _ip("link", "set", far, "netns", self._space(node))
            for space, link, address in (("centre", near, "1"), (node, far, "2")):
                _ip("-n", self._space(space), "addr", "add", f"10.77.{place}.{address}/24", "dev", link)
                _ip("-n", self._space(space), "link", "set", link, "up")
            _ip("-n", self._space(node), "route", "add", f"{CENTRE_ADDRESS}/32", "via", f"10.77.{place}.1")
            self._lay_to_doorstep(node, place)

    def _lay_to_doorstep(self, node: str, place: int) -> None:
        near, far = self._line(node, "d"), self._line(node, "e")
        _ip("link", "add", near, "type", "veth", "peer", far)
        _ip("link", "set", far, "netns", self._space(node))
        _ip("addr", "add", f"{self.doorstep}/32", "peer", f"10.78.{place}.2", "dev", near)
        _ip("link", "set", near, "up")
        _ip("-n", self._space(node), "addr", "add", f"10.78.{place}.2/32", "peer", self.doorstep, "dev", far)
        _ip("-n", self._space(node), "link", "set", far, "up")

    def tear_down(self) -> None:
        for who in ("centre", *self.nodes):
            with contextlib.suppress(subprocess.CalledProcessError):
                _ip("netns", "del", self._space(who))

    def _add(self, who: str) -> None:
        _ip("netns", "add", self._space(who))
        _ip("-n", self._space(who), "link", "set", "lo", "up")

    def _space(self, who: str) -> str:
        return f"{self.name}-{who}"

    def _line(self, node: str, side: str) -> str:
        return f"{self.name}{self.nodes.index(node)}{side}"


@contextmanager
def network(nodes: Sequence[str]) -> Iterator[Network]:
    """Build a network; needs root. Everything in it is gone at the end."""
    built = Network(f"hn{os.getpid() % 100_000}", tuple(nodes))
    try:
        built.build()
        yield built
    finally:
        built.tear_down()


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
