"""A run reads what is granted, judges every row, records whom it names, and only then leaves a result."""

from datetime import timedelta
from pathlib import Path

import pytest

from haihe.base.accounts.api import NotPermitted
from haihe.base.keys.api import keyring
from haihe.base.ledger import api as ledger
from haihe.data.catalogue.testing import NOW, cast_actor
from haihe.data.exchange import testing as feeding
from haihe.data.matching import places
from haihe.data.matching.definition import read_definition
from haihe.data.matching.errors import NotFound, NotGranted, NotNow
from haihe.data.matching.models import MatchModel, MatchRun
from haihe.data.matching.operations.ending import expire_results
from haihe.data.matching.operations.modelling import move_version, write_model, write_version
from haihe.data.matching.operations.processing import process_run
from haihe.data.matching.operations.running import cancel_run, start_run
from haihe.data.matching.results import open_row, read_page
from haihe.data.matching.testing import ALONE, CENTRE, CHILD, FIELDS, MODEL, PURPOSE, confirmed, feed, permitted
from haihe.data.sharing import api as sharing
from haihe.data.sharing.testing import granted, open_relief_details
from haihe.kernel.masking import mask_id_number

pytestmark = pytest.mark.django_db
STEWARD, APPROVER = "steward_gjj", "approver_gjj"


def run_now(number: str) -> MatchRun:
    asked = start_run(actor=cast_actor(STEWARD), number=number, now=NOW)
    run = MatchRun.objects.get(number=asked)
    process_run(run.id, now=NOW)
    run.refresh_from_db()
    return run


def test_every_row_of_the_base_is_accounted_for() -> None:
    permitted()
    feed()
    run = run_now(confirmed())
    assert (run.state, run.outcome) == ("DONE", "")
    assert (run.base_rows, run.matched, run.not_matched) == (4, 1, 3)
    (told, _again) = run.inputs
    assert (told["resource"], told["rows"], bool(told["grant"])) == ("120012/000001", 4, True)


def test_the_result_shows_what_is_granted_and_seals_what_is_personal() -> None:
    permitted()
    feed()
    run = run_now(confirmed())
    model = read_definition(run.version.text)
    (row,) = read_page(places.result_folder(run), model, first=1, count=10)
    assert row.plain == {"member.division": "120103002001"}
    assert row.subject == keyring().subject_key(ALONE)
    assert open_row(row, number=run.number) == {"member.name": "王秀英"}
    content = b"".join(file.read_bytes() for file in places.result_folder(run).iterdir())
    assert "王秀英".encode() not in content


def test_what_the_grant_masks_is_shown_masked() -> None:
    permitted(fields=(*FIELDS, "valid_from"))
    feed()
    shown = '"member.name", "member.valid_from", "member.householder_id_number"'
    run = run_now(confirmed(MODEL.replace('"member.name"', shown)))
    (row,) = read_page(places.result_folder(run), read_definition(run.version.text), first=1, count=10)
    assert row.plain == {"member.division": "120103002001"}
    assert open_row(row, number=run.number) == {
        "member.name": "王秀英",
        "member.valid_from": "2026",
        "member.householder_id_number": mask_id_number(feeding.id_number(9)),
    }


def test_only_whom_the_result_names_finds_it_in_the_ledger() -> None:
    permitted()
    feed()
    run = run_now(confirmed())
    for entry in (uses := ledger.uses_of_subject(keyring().subject_key(ALONE))):
        assert (entry.kind, entry.answer, entry.consumer, entry.case) == ("COMPARE", "MATCH", CENTRE, run.number)
    assert {entry.fields for entry in uses} == {
        ("householder_id_number", "division", "name", "household_size"),
        ("id_number",),
    }
    assert ledger.uses_of_subject(keyring().subject_key(CHILD)) == []


def test_without_a_grant_nothing_is_compared() -> None:
    feed_only_published()
    with pytest.raises(NotGranted, match="没有“社会救助对象信息”"):
        confirmed()


def feed_only_published() -> None:
    permitted(purpose="OTHER")
    feed()


def test_a_grant_to_ask_one_by_one_is_none_to_compare_everybody() -> None:
    open_relief_details()
    granted(service="relief-details", claims=(), fields=("relief_type",), purpose=PURPOSE)
    feed()
    with pytest.raises(NotGranted, match="没有“社会救助对象信息”"):
        confirmed()


def test_a_field_that_is_shown_masked_is_not_compared() -> None:
    permitted(fields=(*FIELDS, "valid_from"))
    feed()
    with pytest.raises(NotGranted, match="不能用来比较：valid_from"):
        confirmed(
            MODEL.replace('left = "member.household_size"', 'left = "member.valid_from"').replace("= 2", '= "today"')
        )


def test_a_field_that_is_not_granted_is_not_read() -> None:
    permitted(fields=("householder_id_number", "division"))
    feed()
    with pytest.raises(NotGranted, match="household_size、name"):
        confirmed()


def test_a_grant_that_ended_since_stops_the_run() -> None:
    grant = permitted()
    feed()
    number = confirmed()
    sharing.suspend_grant(
        actor=cast_actor("approver_mzj"),
        grant_id=grant,
        reason="核实用途",
        put_right_by=(NOW + timedelta(days=5)).date(),
        now=NOW,
    )
    run = run_now(number)
    assert run.state == "FAILED"
    assert "没有“社会救助对象信息”" in run.outcome
    assert ledger.uses_of_subject(keyring().subject_key(ALONE)) == []


def test_a_result_goes_with_its_grant() -> None:
    grant = permitted()
    feed()
    run = run_now(confirmed())
    folder = places.result_folder(run)
    assert expire_results(now=NOW + timedelta(days=1)) == 0
    sharing.terminate_grant(actor=cast_actor("approver_mzj"), grant_id=grant, reason="目的已实现", now=NOW)
    assert folder.exists()
    assert expire_results(now=NOW + timedelta(days=1)) == 1
    run.refresh_from_db()
    assert (run.state, Path(folder).exists()) == ("EXPIRED", False)


def test_who_wrote_a_model_does_not_confirm_it() -> None:
    permitted()
    feed()
    number = write_model(actor=cast_actor(STEWARD), organisation=CENTRE, text=MODEL, now=NOW)
    version = MatchModel.objects.get(number=number).versions.get()
    with pytest.raises(NotNow):
        start_run(actor=cast_actor(STEWARD), number=number, now=NOW)
    move_version(actor=cast_actor(STEWARD), version_id=version.id, name="submit", now=NOW)
    with pytest.raises(NotPermitted):
        move_version(actor=cast_actor(STEWARD), version_id=version.id, name="confirm", now=NOW)


def test_a_new_version_replaces_the_old_one_only_when_confirmed() -> None:
    permitted()
    feed()
    number = confirmed()
    changed = MODEL.replace("value = 2", "value = 9")
    version = write_version(actor=cast_actor(STEWARD), number=number, text=changed, now=NOW)
    assert run_now(number).matched == 1
    move_version(actor=cast_actor(STEWARD), version_id=version.id, name="submit", now=NOW)
    move_version(actor=cast_actor(APPROVER), version_id=version.id, name="confirm", now=NOW)
    assert run_now(number).matched == 0
    assert [v.state for v in MatchModel.objects.get(number=number).versions.all()] == ["CONFIRMED", "REPLACED"]


def test_a_cancelled_run_never_starts() -> None:
    permitted()
    feed()
    asked = start_run(actor=cast_actor(STEWARD), number=confirmed(), now=NOW)
    with pytest.raises(NotNow):
        start_run(actor=cast_actor(STEWARD), number=MatchModel.objects.get().number, now=NOW)
    cancel_run(actor=cast_actor(STEWARD), number=asked, now=NOW)
    run = MatchRun.objects.get(number=asked)
    process_run(run.id, now=NOW)
    run.refresh_from_db()
    assert (run.state, run.base_rows) == ("CANCELLED", 0)


def test_another_department_knows_of_no_model() -> None:
    permitted()
    feed()
    number = confirmed()
    for stranger in ("outsider", "steward_mzj"):
        with pytest.raises(NotFound):
            start_run(actor=cast_actor(stranger), number=number, now=NOW)
