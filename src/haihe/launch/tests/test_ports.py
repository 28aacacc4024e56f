"""A busy port is told before anything starts, with the option that changes it."""

import socket

import pytest

from haihe.launch import ports


def test_a_busy_port_is_told_with_its_option() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert not ports.is_free(port)
        with pytest.raises(ports.PortBusy, match=rf"127\.0\.0\.1:{port} is in use .*--gateway-port"):
            ports.check_free("127.0.0.1", port, option="--gateway-port")
    assert ports.is_free(port)


def test_a_strange_address_is_told() -> None:
    with pytest.raises(ports.PortBusy, match="cannot be used"):
        ports.check_free("192.0.2.1", 9, option="--host")
