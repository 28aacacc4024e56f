"""A file sent to a node appears there once, whole, and its receipt comes back; whatever was cut in between."""

import io
from datetime import datetime
from pathlib import Path

import pytest

from haihe.base.accounts.api import Actor
from haihe.data.exchange.nodes import api, places
from haihe.data.exchange.nodes.models import Dispatch, DispatchState
from haihe.data.exchange.nodes.operations.dispatching import note_receipt
from haihe.data.exchange.nodes.testing import RunningNode, bridge_running, joined, wait_until
from haihe.data.exchange.nodes.wire import Receipt

pytestmark = pytest.mark.django_db(transaction=True)
CONTENT = "姓名,证件号码\n".encode() + b"x" * (1024 * 1024 + 17)


def test_a_file_is_delivered_once_and_acknowledged(hub: str, operator: Actor, now: datetime, tmp_path: Path) -> None:
    home = joined(operator, tmp_path / "node", now=now)
    numbers = [
        api.send("mzj-1", filename=name, content=io.BytesIO(CONTENT), folder=folder, now=now)
        for name, folder in (("下发.csv", "in/relief"), ("下发.csv", "in/relief"), ("out.csv", "../outside"))
    ]
    assert CONTENT[:20] not in places.dispatch_file(numbers[0]).read_bytes()
    with bridge_running(hub), RunningNode(home):
        wait_until(lambda: Dispatch.objects.filter(ended_at__isnull=False).count() == 3, what="no receipts")
    good, again, outside = (api.receipt_of(number) for number in numbers)
    assert (good.state, again.state, outside.state) == ("DELIVERED", "DELIVERED", "FAILED")
    assert outside.reason == "SETTINGS_WRONG"
    folder = home.path / "files" / "in" / "relief"
    assert sorted(file.name for file in folder.iterdir()) == ["下发-2.csv", "下发.csv"]
    assert {file.read_bytes() for file in folder.iterdir()} == {CONTENT}
    assert not places.dispatch_file(numbers[0]).exists()
    assert not list(tmp_path.glob("**/outside"))


def test_a_receipt_counts_once_and_only_from_the_node_it_was_sent_to(
    hub: str, operator: Actor, now: datetime, tmp_path: Path
) -> None:
    joined(operator, tmp_path / "node", now=now)
    joined(operator, tmp_path / "other", now=now, name="mzj-2")
    number = api.send("mzj-1", filename="a", content=io.BytesIO(b"a"), folder="", now=now)
    right = Receipt(delivered=True, sha256=Dispatch.objects.get().sha256)
    note_receipt("mzj-2", number, right, now=now)
    assert Dispatch.objects.get().state == DispatchState.WAITING
    note_receipt("mzj-1", number, Receipt(delivered=True, sha256="0" * 64), now=now)
    note_receipt("mzj-1", number, right, now=now)
    assert Dispatch.objects.get().state == DispatchState.FAILED
