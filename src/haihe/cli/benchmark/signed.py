"""Requests made and signed beforehand, so that the load tool only has to send them."""

import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from haihe.gateway.testing import CLIENT, PATH, PURPOSE, SECRET
from haihe.kernel.signing import sign_request


@dataclass(frozen=True, slots=True)
class Ask:
    """One request before it is signed; `body` lacks purpose, case and the closing brace."""

    body: str
    path: str = PATH
    client: str = CLIENT


def write_requests(file: Path, id_numbers: Iterable[str], *, url: str) -> int:
    """Write a signed question to the story's service for each number; as `write_asks`."""
    return write_asks(file, (Ask(f'{{"subject":{{"id_number":"{number}"}}') for number in id_numbers), url=url)


def write_asks(file: Path, asks: Iterable[Ask], *, url: str) -> int:
    """Write a distinct, validly signed request for each, a zero byte after each. Return how many.

    They are good for five minutes from now: the gateway takes no older signature.
    """
    host, created, written = urlsplit(url).netloc, int(time.time()), 0
    with file.open("wb") as out:
        for written, ask in enumerate(asks, start=1):
            out.write(_request(ask, case=f"BENCH-{written}", host=host, created=created))
    return written


def _request(ask: Ask, *, case: str, host: str, created: int) -> bytes:
    body = f'{ask.body},"purpose":"{PURPOSE}","case":"{case}"}}'.encode()
    headers = sign_request(
        method="POST",
        path=ask.path,
        body=body,
        client_id=ask.client,
        secret=SECRET,
        created=created,
        nonce=secrets.token_urlsafe(16),
    )
    lines = [
        f"POST {ask.path} HTTP/1.1",
        f"Host: {host}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    ]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body + b"\0"
