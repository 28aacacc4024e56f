"""Clients that say too little or too slowly, over bare sockets: for tests of every program that faces the public."""

import socket
from contextlib import ExitStack
from typing import Final

PATIENCE_S: Final = 60
"""Far more than any limit: whoever is hung up on only then was hung up on by something else, or never."""


def begun(stack: ExitStack, port: int, said: bytes) -> socket.socket:
    """Connect to this machine's port, say that much and stop; closed with the stack."""
    wire = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S))
    wire.sendall(said)
    return wire


def ended(wire: socket.socket) -> bytes:
    """Return what comes until the other end hangs up. Raises: TimeoutError where it never does."""
    told = b""
    try:
        while piece := wire.recv(1 << 16):
            told += piece
    except ConnectionError:
        pass  # hung up on in the middle of a word
    return told
