"""Clients that ask the gateway without pause and keep the evidence of each answer they really received."""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from haihe.gateway.testing import PATH, question, signed_headers

CONNECTIONS = 16


@dataclass(slots=True)
class Askers:
    """Run in a thread of their own, so that the test's thread can kill what they talk to."""

    port: int
    id_numbers: list[str]
    wanted: int = 2000
    evidence: list[str] = field(default_factory=list)
    answered: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    broken: int = 0
    _thread: threading.Thread | None = None
    _enough: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        self._thread = threading.Thread(target=lambda: asyncio.run(self._ask_all()))
        self._thread.start()

    def wait_for(self, answers: int, *, timeout_s: float = 60) -> None:
        until(lambda: len(self.evidence) >= answers, timeout_s=timeout_s)

    def finish(self, *, timeout_s: float = 60) -> None:
        """Wait until all wanted answers came."""
        try:
            self.wait_for(self.wanted, timeout_s=timeout_s)
        finally:
            self.stop()

    def stop(self) -> None:
        self._enough.set()
        if self._thread is not None:
            self._thread.join(60)

    async def _ask_all(self) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(CONNECTIONS):
                group.create_task(self._ask_on_one_connection())

    async def _ask_on_one_connection(self) -> None:
        while not self._enough.is_set() and len(self.evidence) < self.wanted:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                try:
                    while not self._enough.is_set() and len(self.evidence) < self.wanted:
                        async with asyncio.timeout(60):
                            await self._ask(reader, writer)
                finally:
                    writer.close()
            except (OSError, EOFError, TimeoutError):
                self.broken += 1
                await asyncio.sleep(0.02)

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        body = question(self.id_numbers[len(self.evidence) % len(self.id_numbers)])
        headers = signed_headers(body)
        status, answer = await post(reader, writer, body, headers)
        if status == 200:
            self.evidence.append(json.loads(answer)["evidence"])
            self.answered.append((body, headers))
        else:
            self.refused.append(status)
            await asyncio.sleep(0.02)


async def post(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: bytes, headers: dict[str, str]
) -> tuple[int, bytes]:
    lines = [f"POST {PATH} HTTP/1.1", "host: h", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    writer.write("\r\n".join([*lines, "", ""]).encode() + body)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
    return int(head.split()[1]), await reader.readexactly(length)


def until(true: Callable[[], bool], *, timeout_s: float) -> None:
    """Raises: AssertionError if it isn't true in time."""
    deadline = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.02)
