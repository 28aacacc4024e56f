"""Rows leave under a grant, on record first; when the grant ends they are taken away, and a receipt says so."""

import csv
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncssh
import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.base.keys.api import keyring
from haihe.base.ledger import api as ledger
from haihe.data.exchange.connectors.testing_sftp import PASSWORD as SFTP_PASSWORD
from haihe.data.exchange.connectors.testing_sftp import SftpServer
from haihe.data.exchange.delivery import granting, receipts
from haihe.data.exchange.delivery.models import DeliveryKind, DeliveryPlan, DeliveryState
from haihe.data.exchange.delivery.operations.delivering import MOST_TRIES, deliver_due, try_again
from haihe.data.exchange.delivery.operations.planning import (
    PlanRefused,
    add_plan,
    add_target,
    end_plans,
    plan_delivery,
    plan_for_snapshot,
)
from haihe.data.exchange.delivery.secrets import SettingsRefused
from haihe.data.exchange.delivery.testing import FIELDS, SHOWN, feed, file_grant, only, planned, target_of
from haihe.data.exchange.delivery.workflow import DELIVERY
from haihe.data.exchange.testing import RELIEF, id_number
from haihe.data.sharing import api as sharing
from haihe.data.sharing.testing import cast_actor, granted
from haihe.kernel.workflow import ForbiddenMove

pytestmark = pytest.mark.django_db(transaction=True)
FOLDER = {"path": "gjj/relief"}
DROP = {"path": "drop"}


def dropped() -> list[Path]:
    return sorted((Path(settings.HAIHE.data_dir) / "delivered" / FOLDER["path"]).glob("*"))


@pytest.fixture(autouse=True)
def empty_folder() -> None:
    for file in dropped():
        file.unlink()


def rows_of(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8-sig", newline="") as content:
        return list(csv.reader(content))


def uses_of(serial: int) -> list[ledger.LedgerEntry]:
    return ledger.uses_of_subject(keyring().subject_key(id_number(serial)))


def another_key() -> str:
    return asyncssh.generate_private_key("ssh-ed25519").export_public_key("openssh").decode().strip()


def terminated(grant: UUID, now: datetime) -> None:
    sharing.terminate_grant(actor=cast_actor("approver_mzj"), grant_id=grant, reason="目的已实现", now=now)


def test_a_file_appears_whole_and_is_receipted(now: datetime) -> None:
    feed(12, now)
    plan = planned("folder", FOLDER, now=now)
    deliver_due(now=now)
    row = only(plan)
    (file,) = dropped()
    header, *rows = rows_of(file)
    assert (file.name, header) == (f"{row.number}.csv", ["haihe_key", *FIELDS])
    assert [tuple(cells[1:]) for cells in rows] == [SHOWN] * 12
    said = receipts.read(row.receipt)
    assert said["found"] == said["delivered"] == {"rows": 12, "digest": row.digest}
    public = keyring().ledger_private_key.public_key()
    assert receipts.is_genuine(row.receipt, row.signature, public)
    assert not receipts.is_genuine(row.receipt.replace("12", "13", 1), row.signature, public)
    assert [m.name for m in row.moves.all()] == ["plan", "record", "finish"]


def test_every_person_finds_the_delivery_among_the_uses_of_their_data(now: datetime) -> None:
    feed(3, now)
    plan = planned("folder", FOLDER, now=now)
    deliver_due(now=now)
    row = only(plan)
    (use,) = [use for use in uses_of(1) if use.case == row.number]
    assert (use.kind, use.consumer, use.fields) == ("DELIVER", plan.organisation, FIELDS)
    assert use.evidence in row.evidence


def test_nothing_leaves_before_it_is_on_record(now: datetime) -> None:
    feed(3, now)
    in_the_way = Path(settings.HAIHE.data_dir) / "delivered" / "blocked"
    in_the_way.parent.mkdir(exist_ok=True)
    in_the_way.write_text("no folder")
    plan = planned("folder", {"path": "blocked/here"}, now=now)
    deliver_due(now=now)
    row = only(plan)
    assert (row.state, row.fault) == (DeliveryState.RECORDED, "NO_CONNECTION")
    evidence = list(row.evidence)
    assert evidence
    in_the_way.unlink()
    deliver_due(now=now + timedelta(minutes=1))
    row.refresh_from_db()
    assert row.state == DeliveryState.DONE
    assert row.evidence == evidence, "the same delivery was written down twice"


def test_a_target_that_is_away_is_tried_again_with_growing_pauses(now: datetime, sftp: SftpServer) -> None:
    feed(3, now)
    away = sftp.account | DROP | {"port": 1}
    plan = planned("sftp", away, secret={"password": SFTP_PASSWORD}, now=now)
    pauses, moment = [], now
    for _ in range(MOST_TRIES):
        assert deliver_due(now=moment) == 1
        row = only(plan)
        if row.next_try_at is None:
            break
        assert deliver_due(now=row.next_try_at - timedelta(seconds=1)) == 0
        pauses.append(row.next_try_at - moment)
        moment = row.next_try_at
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (timedelta(minutes=1), timedelta(hours=6))
    assert (row.state, row.fault, row.tries) == (DeliveryState.GIVEN_UP, "NO_CONNECTION", MOST_TRIES)
    plan.target.settings = sftp.account | DROP
    plan.target.save()
    with pytest.raises(NotPermitted):
        try_again(cast_actor("steward_mzj"), row.pk, now=moment)
    try_again(cast_actor("steward_gjj"), row.pk, now=moment)
    deliver_due(now=moment)
    assert only(plan).state == DeliveryState.DONE


def test_a_file_comes_by_sftp_and_only_to_the_server_that_was_registered(now: datetime, sftp: SftpServer) -> None:
    feed(300, now)
    plan = planned("sftp", sftp.account | DROP, secret={"password": SFTP_PASSWORD}, now=now)
    deliver_due(now=now)
    row = only(plan)
    assert (row.state, row.fault) == (DeliveryState.DONE, "")
    (file,) = (sftp.folder / "drop").iterdir()
    assert len(rows_of(file)) == 301
    other = plan.target
    other.settings = sftp.account | DROP | {"host_key": another_key()}
    other.save()
    later = now + timedelta(days=1)
    feed(3, later)
    plan_for_snapshot(RELIEF, now=later)
    deliver_due(now=later)
    refused = plan.deliveries.exclude(pk=row.pk).get()
    assert (refused.state, refused.fault) == (DeliveryState.GIVEN_UP, "HOST_KEY")


def test_a_new_snapshot_replaces_the_file_of_before(now: datetime) -> None:
    feed(4, now)
    plan = planned("folder", FOLDER, now=now)
    deliver_due(now=now)
    later = now + timedelta(days=1)
    feed(6, later)
    plan_for_snapshot(RELIEF, now=later)
    assert plan_delivery(plan, now=later) is None, "one snapshot was planned twice"
    deliver_due(now=later)
    (file,) = dropped()
    assert len(rows_of(file)) == 7


def test_what_is_left_of_a_try_that_was_killed_is_written_over(now: datetime) -> None:
    feed(4, now)
    plan = planned("folder", FOLDER, now=now)
    number = only(plan).number
    folder = Path(settings.HAIHE.data_dir) / "delivered" / FOLDER["path"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{number}.csv.part").write_bytes(b"half a ro")
    deliver_due(now=now)
    assert [file.name for file in dropped()] == [f"{number}.csv"]


def test_a_file_that_somebody_changed_is_no_delivery(now: datetime) -> None:
    feed(4, now)
    plan = planned("folder", FOLDER, now=now)
    number = only(plan).number
    folder = Path(settings.HAIHE.data_dir) / "delivered" / FOLDER["path"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{number}.csv").write_text("haihe_key\nx\n")
    deliver_due(now=now)
    assert (only(plan).state, only(plan).fault) == (DeliveryState.GIVEN_UP, "OTHER_CONTENT")


def test_when_the_grant_ends_the_rows_are_taken_away_with_a_receipt(now: datetime) -> None:
    feed(4, now)
    grant = file_grant(now)
    plan = planned("folder", FOLDER, grant=grant, now=now)
    deliver_due(now=now)
    assert dropped()
    terminated(grant, now)
    assert end_plans(grant, now=now) == 1
    assert end_plans(grant, now=now) == 0
    deliver_due(now=now)
    removal = only(plan, kind=DeliveryKind.REMOVE)
    assert removal.state == DeliveryState.DONE
    assert dropped() == []
    said = receipts.read(removal.receipt)
    assert (said["kind"], said["found"]["rows"]) == ("REMOVE", 0)
    later = now + timedelta(days=1)
    feed(5, later)
    assert plan_for_snapshot(RELIEF, now=later) == 0


def test_a_grant_that_ended_meanwhile_carries_nothing(now: datetime) -> None:
    feed(4, now)
    grant = file_grant(now)
    plan = planned("folder", FOLDER, grant=grant, now=now)
    terminated(grant, now)
    deliver_due(now=now)
    assert only(plan).state == DeliveryState.CANCELLED
    assert not dropped()
    assert only(plan).number not in [use.case for use in uses_of(1)]


def test_only_a_grant_of_files_or_batches_and_ones_own_target_make_a_plan(now: datetime) -> None:
    target = target_of("folder", FOLDER, now=now)
    steward = cast_actor("steward_gjj")
    with pytest.raises(PlanRefused):
        add_plan(steward, grant_id=granted(now=now), target_id=target.pk, now=now)
    grant = file_grant(now)
    with pytest.raises(NotPermitted):
        add_plan(cast_actor("steward_mzj"), grant_id=grant, target_id=target.pk, now=now)
    feed(1, now)
    add_plan(steward, grant_id=grant, target_id=target.pk, now=now)
    with pytest.raises(PlanRefused):
        add_plan(steward, grant_id=grant, target_id=target.pk, now=now)
    assert DeliveryPlan.objects.count() == 1


def test_a_district_gets_the_rows_of_its_own_area(now: datetime) -> None:
    feed(4, now, division="120103001004")
    plan = planned("folder", FOLDER, now=now)
    DeliveryPlan.objects.filter(pk=plan.pk).update(within="120101")
    deliver_due(now=now)
    assert only(plan).rows == 0
    assert granting.area_of("120012") == ""


def test_secrets_lie_sealed_and_settings_are_checked(now: datetime) -> None:
    target = target_of(
        "sftp", {"host": "h", "user": "u", "path": "p", "host_key": "k" * 30}, secret={"password": "geheim"}, now=now
    )
    assert b"geheim" not in bytes(target.sealed_secret)
    for settings_given, field in (({"path": "a b"}, "path"), ({"path": "a", "x": 1}, "")):
        with pytest.raises(SettingsRefused) as caught:
            target_of("folder", settings_given, now=now)
        assert caught.value.field.startswith(field)


def test_a_stranger_registers_nothing_for_another_body(outsider: Actor, now: datetime) -> None:
    with pytest.raises(NotPermitted):
        add_target(outsider, "120040", title="x", kind="folder", settings=FOLDER, secret={}, now=now)


@given(st.lists(st.sampled_from(sorted({move.name for move in DELIVERY.moves})), max_size=12))
def test_any_path_of_moves_ends_where_the_workflow_says(names: list[str]) -> None:
    state: str = DELIVERY.initial
    for name in names:
        try:
            state = DELIVERY.move(state, name).target
        except ForbiddenMove:
            assert not [m for m in DELIVERY.moves if m.name == name and state in m.sources]
    assert state in DELIVERY.states
    if state in (DeliveryState.DONE, DeliveryState.CANCELLED):
        assert not [m for m in DELIVERY.moves if state in m.sources]
