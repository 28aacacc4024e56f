"""A busy port is told before anything starts, with the option that changes it."""

import socket
import threading
from pathlib import Path

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


def test_a_port_that_is_being_let_go_is_waited_for() -> None:
    other = socket.socket()
    other.bind(("127.0.0.1", 0))
    other.listen()
    port = other.getsockname()[1]
    closing = threading.Timer(0.3, other.close)
    closing.start()
    ports.wait_until_free("127.0.0.1", port, option="--port")
    closing.join()
    assert ports.is_free(port)


def test_a_port_that_stays_busy_is_told_in_the_end() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(ports.PortBusy):
            ports.wait_until_free("127.0.0.1", other.getsockname()[1], option="--port", patience_s=0.2)


def test_figures_get_the_wished_ports_or_the_usual_ones_or_others() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with pytest.raises(ports.PortBusy, match="--metrics-port"):
            ports.two_free_ports(taken)
        chosen = ports.two_free_ports(None, usual=taken)
        assert taken not in chosen
        assert all(ports.is_free(port) for port in chosen)


def test_a_free_port_is_none_that_outgoing_connections_are_given() -> None:
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    for port in (ports.free_port(), ports.free_port(beside=1) + 1):
        assert 1024 < port < lowest
        assert ports.is_free(port)
