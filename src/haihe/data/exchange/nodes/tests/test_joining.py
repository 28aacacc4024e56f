"""A code lets one node in, once, for a day; what comes with it is checked, and who comes otherwise is refused."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from django.test import Client
from django.urls import reverse

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.data.exchange.nodes import operations
from haihe.data.exchange.nodes.agent import joining
from haihe.data.exchange.nodes.agent.home import BadOrders, Home, HomeError, Keys
from haihe.data.exchange.nodes.errors import InputRefused
from haihe.data.exchange.nodes.models import Node, NodeEvent, NodeKey, NodeState
from haihe.data.exchange.nodes.operations import CodeRefused
from haihe.data.exchange.nodes.operations.inviting import CODE_LIVES
from haihe.data.exchange.nodes.testing import invited, joined, plan
from haihe.data.exchange.nodes.wire import JoinRequest, RenewRequest, Signed, Welcome

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("hub")]
JOIN = reverse("exchange:nodes:join")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "node")
    home.make()
    return home


def test_a_node_joins_with_its_code_over_http(operator: Actor, now: datetime, home: Home) -> None:
    code = invited(operator, now=now).code
    request = msgspec.json.encode(home.join_request(code.lower(), version="1"))
    answer = Client().post(JOIN, request, content_type="application/json")
    welcome = msgspec.json.decode(answer.content, type=Welcome)
    home.settle(welcome, centre="https://city.example")
    assert (answer.status_code, welcome.node, home.identity.name) == (200, "mzj-1", "mzj-1")
    assert home.orders.number == 1
    node = Node.objects.get()
    assert (node.state, node.code_sha256) == (NodeState.JOINED, "")
    assert [event.name for event in NodeEvent.objects.all()] == ["plan", "join"]
    again = Client().post(JOIN, request, content_type="application/json")
    assert (again.status_code, again["Content-Type"]) == (401, "application/problem+json")


def test_codes_are_kept_as_hashes_only_and_run_out(operator: Actor, now: datetime, home: Home) -> None:
    code = invited(operator, now=now).code
    assert code not in str(Node.objects.values().get())
    request = home.join_request(code, version="")
    with pytest.raises(CodeRefused):
        operations.join(request, now=now + CODE_LIVES)
    assert operations.join(request, now=now + CODE_LIVES - timedelta(seconds=1)).node == "mzj-1"


def test_a_new_code_makes_the_one_before_void(operator: Actor, now: datetime, home: Home) -> None:
    old = invited(operator, now=now).code
    new = operations.invite(actor=operator, name="mzj-1", now=now).code
    with pytest.raises(CodeRefused):
        operations.join(home.join_request(old, version=""), now=now)
    assert operations.join(home.join_request(new, version=""), now=now).node == "mzj-1"


@pytest.mark.parametrize(
    "spoilt",
    [
        {"user": "UAAAA"},
        {"user": "AAUH7XPB2DIOM7XNGUZXEX5DFRN43B2X74CQ2H2IDADU3IEJCJAZTMM7"},
        {"certificate_request": "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----"},
        {"sealing_key": b"short"},
    ],
    ids=["no key", "another kind of key", "no request", "no sealing key"],
)
def test_keys_that_are_none_are_refused_and_the_code_stays(
    operator: Actor, now: datetime, home: Home, spoilt: dict[str, object]
) -> None:
    request = home.join_request(invited(operator, now=now).code, version="")
    told = msgspec.to_builtins(request, builtin_types=[bytes]) | spoilt
    with pytest.raises(CodeRefused):
        operations.join(msgspec.convert(told, JoinRequest), now=now)
    assert operations.join(request, now=now).node == "mzj-1"


def test_only_over_tls_or_on_this_machine(operator: Actor, now: datetime, home: Home) -> None:
    request = msgspec.json.encode(home.join_request(invited(operator, now=now).code, version=""))
    answer = Client(REMOTE_ADDR="192.0.2.7").post(JOIN, request, content_type="application/json")
    assert answer.status_code == 403
    answer = Client(REMOTE_ADDR="192.0.2.7").post(JOIN, request, content_type="application/json", secure=True)
    assert answer.status_code == 200


def test_joining_again_makes_void_what_was_issued_before(operator: Actor, now: datetime, home: Home) -> None:
    operations.join(home.join_request(invited(operator, now=now).code, version=""), now=now)
    code = operations.invite(actor=operator, name="mzj-1", now=now).code
    operations.join(home.join_request(code, version="", keys=Keys.fresh()), now=now)
    assert [key.revoked_at for key in NodeKey.objects.all()] == [None, now]


def test_credentials_are_renewed_while_it_is_let_in(operator: Actor, now: datetime, tmp_path: Path) -> None:
    home = joined(operator, tmp_path / "joined", now=now)
    later = now + timedelta(days=25)
    given = operations.renew("mzj-1", RenewRequest(home.certificate_request()), now=later)
    assert given.claims_expire_at == later + timedelta(days=30)
    home.keep_credentials(given)
    assert home.expires_at() > now + timedelta(days=50)
    operations.revoke(actor=operator, name="mzj-1", reason="停用", now=later)
    with pytest.raises(CodeRefused):
        operations.renew("mzj-1", RenewRequest(home.certificate_request()), now=later)


def test_a_node_believes_only_orders_that_the_centre_signed_for_it(
    operator: Actor, now: datetime, tmp_path: Path
) -> None:
    home = joined(operator, tmp_path / "one", now=now)
    other = joined(operator, tmp_path / "two", now=now, name="mzj-2")
    signed = msgspec.msgpack.decode((other.path / "orders").read_bytes(), type=Signed)
    with pytest.raises(BadOrders):
        home.keep_orders(signed)
    with pytest.raises(BadOrders):
        home.keep_orders(Signed(signed.document, bytes(64)))


@pytest.mark.parametrize("name", ["", "A", "a", "node.x", "node*", "-a-", "节点", "a" * 40])
def test_names_that_would_break_a_subject_are_refused(operator: Actor, now: datetime, name: str) -> None:
    with pytest.raises(InputRefused):
        operations.plan_node(actor=operator, plan=replace(plan(), name=name), now=now)


def test_only_operators_make_nodes(steward: Actor, outsider: Actor, now: datetime) -> None:
    for actor in (steward, outsider):
        with pytest.raises(NotPermitted):
            operations.plan_node(actor=actor, plan=plan(), now=now)


def test_a_node_that_can_not_join_again_goes_on_as_it_was(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.make()
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(HomeError, match="can't be reached"):
        joining.join(home, centre="http://127.0.0.1:1", code="X", version="")
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
