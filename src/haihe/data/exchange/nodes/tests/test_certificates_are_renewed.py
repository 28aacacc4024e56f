"""Certificates and claims are renewed while everything runs: the line outlives the ones that it began with."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.test import Client
from django.urls import reverse

from haihe.base.accounts.api import Actor
from haihe.base.accounts.testing import make_user
from haihe.city import cast
from haihe.data.exchange.nodes import hub_certificate, operations
from haihe.data.exchange.nodes.agent.home import Home
from haihe.data.exchange.nodes.issuing import CREDENTIALS_LIVE, hub_keys
from haihe.data.exchange.nodes.models import Node, NodeKey
from haihe.data.exchange.nodes.testing import RunningNode, bridge_running, joined, wait_until
from haihe.kernel import certificates

pytestmark = pytest.mark.django_db(transaction=True)
LEFT = timedelta(seconds=12)


def test_a_node_outlives_what_it_was_let_in_with(hub: str, operator: Actor, tmp_path: Path) -> None:
    begun = datetime.now(UTC) - CREDENTIALS_LIVE + LEFT
    home = joined(operator, tmp_path / "node", now=begun)
    first = NodeKey.objects.get()
    with bridge_running(hub), RunningNode(home):
        wait_until(lambda: NodeKey.objects.count() == 2, what="nothing is renewed")
        server = (home.path / "leaf.pid").read_text()

        def is_heard_after_the_first_ended() -> bool:
            seen = Node.objects.get().seen_at
            return seen is not None and seen > first.certificate_expires_at + timedelta(seconds=2)

        wait_until(is_heard_after_the_first_ended, what="the line ended with the first certificate")
        # The hub hangs up when claims end. The same server dialled again, with the new certificate.
        assert (home.path / "leaf.pid").read_text() == server
        assert "Authentication Expired" in (home.path / "logs" / "leaf.log").read_text()
        newest = NodeKey.objects.first()
        assert newest is not None
        kept = x509.load_pem_x509_certificate((home.path / "certificate.pem").read_bytes())
        assert f"{kept.serial_number:x}" == newest.certificate_serial
        client = Client()
        client.force_login(make_user("operator", *cast.person("operator").memberships))
        page = client.get(reverse("exchange:nodes:node", args=["mzj-1"])).content.decode()
        assert newest.certificate_serial in page
        assert "凭证续期" in page
        operations.revoke(actor=operator, name="mzj-1", reason="停用", now=datetime.now(UTC))
        gone = datetime.now(UTC)
        wait_until(lambda: "Revoked" in (home.path / "logs" / "leaf.log").read_text(), what="a revoked node stays")
        assert (Node.objects.get().seen_at or gone) <= gone + timedelta(seconds=1)
    assert not NodeKey.objects.filter(revoked_at=None).exists()


def shown_to(home: Home) -> str:
    """Return the serial number of the certificate that the hub shows to a node that dials."""
    host, _, port = settings.HAIHE.hub_address.rpartition(":")
    trust = ssl.create_default_context(cafile=home.path / "root.pem")
    trust.load_cert_chain(home.path / "certificate.pem", home.path / "tls.key")
    with socket.create_connection((host, int(port)), timeout=60) as line:
        # It tells about itself in plain text first.
        while not line.recv(4096).endswith(b"\r\n"):
            continue
        with trust.wrap_socket(line, server_hostname=host) as sealed:
            told = sealed.getpeercert()
    assert told is not None
    return str(told["serialNumber"])


def test_the_hubs_certificate_is_renewed_while_it_runs(hub: str, operator: Actor, tmp_path: Path) -> None:
    now, folder = datetime.now(UTC), Path(settings.HAIHE.data_dir) / "hub"
    home = joined(operator, tmp_path / "node", now=now)
    server, first = (folder / "hub.pid").read_text(), shown_to(home)
    assert not hub_certificate.renew_if_due(now=now)
    key = Ed25519PrivateKey.generate()
    soon = certificates.serving(
        hub_keys().authority, key.public_key(), ["127.0.0.1"], now=now, lives=hub_certificate.RENEW_BEFORE
    )
    (folder / "hub.pem").write_text(soon.pem)
    assert hub_certificate.renew_if_due(now=now)
    renewed = x509.load_pem_x509_certificate((folder / "hub.pem").read_bytes())
    wait_until(lambda: int(shown_to(home), 16) == renewed.serial_number, what="the hub shows the one of before")
    assert int(first, 16) != renewed.serial_number
    assert hub_certificate.ends_at() == renewed.not_valid_after_utc > now + timedelta(days=390)
    assert (folder / "hub.pid").read_text() == server
    client = Client()
    client.force_login(make_user("operator", *cast.person("operator").memberships))
    assert f"{renewed.not_valid_after_utc.year}年" in client.get(reverse("exchange:nodes:links")).content.decode()
