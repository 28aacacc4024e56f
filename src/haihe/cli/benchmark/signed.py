"""Requests made and signed beforehand, so that the load tool only has to send them."""

import secrets
import time
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from haihe.gateway.testing import CLIENT, PATH, PURPOSE, SECRET
from haihe.kernel.signing import sign_request


def write_requests(file: Path, id_numbers: Iterable[str], *, url: str) -> int:
    """Write a distinct, validly signed request for each number, a zero byte after each. Return how many.

    They are good for five minutes from now: the gateway takes no older signature.
    """
    host, created, written = urlsplit(url).netloc, int(time.time()), 0
    with file.open("wb") as out:
        for written, id_number in enumerate(id_numbers, start=1):
            out.write(_request(id_number, case=f"BENCH-{written}", host=host, created=created))
    return written


def _request(id_number: str, *, case: str, host: str, created: int) -> bytes:
    body = f'{{"subject":{{"id_number":"{id_number}"}},"purpose":"{PURPOSE}","case":"{case}"}}'.encode()
    headers = sign_request(
        method="POST",
        path=PATH,
        body=body,
        client_id=CLIENT,
        secret=SECRET,
        created=created,
        nonce=secrets.token_urlsafe(16),
    )
    lines = [f"POST {PATH} HTTP/1.1", f"Host: {host}", "Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body + b"\0"
