"""The pages from building a model to looking at one match, for those who may and those who may not."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts import demo as people
from haihe.base.accounts.models import User
from haihe.base.keys.api import keyring
from haihe.base.ledger import api as ledger
from haihe.city.cast import CAST
from haihe.data.catalogue.testing import cast_actor
from haihe.data.matching.definition import read_definition
from haihe.data.matching.models import MatchModel, MatchModelVersion, MatchRun
from haihe.data.matching.operations.processing import process_run
from haihe.data.matching.operations.running import start_run
from haihe.data.matching.testing import ALONE, CENTRE, MODEL, PURPOSE, confirmed, feed, permitted
from haihe.data.sharing.testing import open_relief_details

pytestmark = pytest.mark.django_db
RELIEF = "120012/000001"
FORM: dict[str, Any] = {
    "organisation": CENTRE,
    "title": "户主不在名册上的救助对象",
    "purpose": PURPOSE,
    "legal_basis": "政务数据共享条例 第二十条",
    "input-0-name": "base",
    "input-0-resource": RELIEF,
    "input-1-name": "input_2",
    "input-1-resource": RELIEF,
    "input-1-key": "id_number",
    "input-1-equals": "base.householder_id_number",
    "input-1-presence": "absent",
    "comparison-0-left": "base.household_size",
    "comparison-0-op": "ge",
    "comparison-0-right": "",
    "comparison-0-value": "2",
    "output": ["base.division", "base.name"],
}


def browser(username: str) -> Browser:
    people.plant(CAST, now=timezone.now(), keyring=keyring())
    made = Browser()
    made.force_login(User.objects.get(username=username))
    return made


def world() -> None:
    now = timezone.now()
    permitted(now=now)
    feed(now=now)


def done_run() -> MatchRun:
    now = timezone.now()
    number = start_run(actor=cast_actor("steward_gjj"), number=confirmed(now=now), now=now)
    run = MatchRun.objects.get(number=number)
    process_run(run.id, now=now)
    run.refresh_from_db()
    assert run.state == "DONE", run.outcome
    return run


def test_a_person_builds_a_model_without_writing_any_code() -> None:
    world()
    steward = browser("steward_gjj")
    empty = steward.get(reverse("matching:new")).content.decode()
    assert "社会救助对象信息" in empty
    answer = steward.post(reverse("matching:new"), FORM | {"do": "save"})
    assert answer.status_code == 302, answer.content.decode()
    model = read_definition(MatchModelVersion.objects.get().text)
    assert [one.resource for one in model.inputs] == [RELIEF, RELIEF]
    assert model.output == ("base.division", "base.name")
    assert "没有这一行对应的记录" in steward.get(answer["Location"]).content.decode()


def test_the_count_on_a_sample_names_nobody_and_hides_small_numbers() -> None:
    world()
    shown = browser("steward_gjj").post(reverse("matching:preview"), FORM).content.decode()
    assert "不足 5 行" in shown
    assert "王秀英" not in shown
    assert "看了全部 4 行" in shown


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"input-0-resource": ""}, "请选择数据"),
        ({"title": ""}, "必须填写"),
        ({"comparison-0-value": "很多"}, "不是这个字段的值"),
        ({"comparison-0-value": ""}, "请写明与哪个字段或者哪个值比较"),
        ({"purpose": "SOMETHING_ELSE"}, "没有“社会救助对象信息”用于"),
        ({"output": ["base.certificate_no"]}, "certificate_no"),
    ],
)
def test_what_is_missing_is_said_in_the_preview(changed: dict[str, Any], told: str) -> None:
    world()
    shown = browser("steward_gjj").post(reverse("matching:preview"), FORM | changed)
    assert shown.status_code == 200
    assert told in shown.content.decode()


def test_buttons_add_and_remove_rows_without_a_script() -> None:
    world()
    steward = browser("steward_gjj")
    longer = steward.post(reverse("matching:new"), FORM | {"do": "add-input"}).content.decode()
    assert 'name="input-2-name"' in longer
    shorter = steward.post(reverse("matching:new"), FORM | {"do": "remove-comparison-0"}).content.decode()
    assert 'name="comparison-0-left"' not in shorter
    assert MatchModel.objects.count() == 0


def test_a_model_for_another_department_is_refused() -> None:
    world()
    assert browser("steward_gjj").post(reverse("matching:new"), FORM | {"organisation": "120012"}).status_code == 403


def test_a_file_is_downloaded_changed_and_uploaded_as_a_new_version() -> None:
    world()
    number = confirmed(now=timezone.now())
    steward = browser("steward_gjj")
    version = MatchModelVersion.objects.get()
    file = steward.get(reverse("matching:version-file", args=[version.pk]))
    assert file.content.decode() == MODEL
    changed = MODEL.replace("value = 2", "value = 3")
    address = reverse("matching:upload-version", args=[number])
    answer = steward.post(address, {"file": _file(changed)})
    assert answer.status_code == 302, answer.content.decode()
    page = steward.get(answer["Location"]).content.decode()
    assert "+ value = 3" in page
    assert "- value = 2" in page
    assert steward.post(address, {"file": _file("title = 1")}).status_code == 422


def _file(text: str) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("model.toml", text.encode())


def test_whoever_wrote_it_is_told_that_another_confirms() -> None:
    world()
    steward = browser("steward_gjj")
    steward.post(reverse("matching:new"), FORM | {"do": "save"})
    version = MatchModelVersion.objects.get()
    steward.post(reverse("matching:move-version", args=[version.pk, "submit"]))
    confirm = reverse("matching:move-version", args=[version.pk, "confirm"])
    assert steward.post(confirm).status_code == 403
    approver = browser("approver_gjj")
    back = reverse("matching:move-version", args=[version.pk, "return"])
    assert approver.post(back).status_code == 422  # without a reason
    assert approver.post(confirm).status_code == 302
    version.refresh_from_db()
    assert version.state == "CONFIRMED"


def test_the_run_page_accounts_for_every_row() -> None:
    world()
    run = done_run()
    shown = browser("steward_gjj").get(reverse("matching:run", args=[run.number])).content.decode()
    assert "4 行都有去向" in shown
    assert run.inputs[0]["snapshot"] in shown


def test_a_run_waits_and_is_cancelled() -> None:
    world()
    number = confirmed(now=timezone.now())
    steward = browser("steward_gjj")
    address = steward.post(reverse("matching:start", args=[number]))["Location"]
    assert "正在排队" in steward.get(address).content.decode()
    run = MatchRun.objects.get()
    assert "HX-Refresh" not in steward.get(reverse("matching:run-live", args=[run.number]))
    steward.post(reverse("matching:cancel", args=[run.number]))
    assert steward.get(reverse("matching:run-live", args=[run.number]))["HX-Refresh"] == "true"


def test_the_result_lists_nobody_and_one_is_opened_with_a_reason() -> None:
    world()
    run = done_run()
    approver = browser("approver_gjj")
    listed = approver.get(reverse("matching:result", args=[run.number])).content.decode()
    assert "120103002001" in listed
    assert "王秀英" not in listed
    before = len(ledger.uses_of_subject(keyring().subject_key(ALONE)))
    address = reverse("matching:open-row", args=[run.number, 1])
    assert "王秀英" not in approver.get(address).content.decode()
    for words, reason in (("", "VISIT"), ("上门核实生活情况", ""), ("上门核实生活情况", "CURIOUS")):
        assert approver.post(address, {"words": words, "reason": reason}).status_code == 422
    assert len(ledger.uses_of_subject(keyring().subject_key(ALONE))) == before
    opened = approver.post(address, {"words": "上门核实生活情况", "reason": "VISIT"})
    assert "王秀英" in opened.content.decode()
    (use, *_earlier) = [u for u in ledger.uses_of_subject(keyring().subject_key(ALONE)) if u.kind == "DELIVER"]
    assert (use.consumer, use.case, use.fields) == (CENTRE, f"{run.number}-1", ("division", "name"))
    history = approver.get(reverse("matching:run", args=[run.number])).content.decode()
    assert "第 1 条：上门核实生活情况" in history


def test_a_result_that_ended_is_not_opened() -> None:
    world()
    run = done_run()
    MatchRun.objects.filter(pk=run.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    answer = browser("approver_gjj").post(
        reverse("matching:open-row", args=[run.number, 1]), {"words": "上门核实生活情况", "reason": "VISIT"}
    )
    assert answer.status_code == 422
    assert "结果已到期" in answer.content.decode()


def addresses(run: MatchRun) -> dict[str, str]:
    number, version = run.version.model.number, run.version_id
    return {
        "model": reverse("matching:model", args=[number]),
        "version": reverse("matching:version", args=[version]),
        "file": reverse("matching:version-file", args=[version]),
        "run": reverse("matching:run", args=[run.number]),
        "live": reverse("matching:run-live", args=[run.number]),
        "result": reverse("matching:result", args=[run.number]),
        "row": reverse("matching:open-row", args=[run.number, 1]),
        "edit": reverse("matching:edit", args=[number]),
    }


EXPECTED = {
    "steward_gjj": dict.fromkeys(("model", "version", "file", "run", "live", "result", "edit"), 200) | {"row": 403},
    "approver_gjj": dict.fromkeys(("model", "version", "file", "run", "live", "result", "row"), 200) | {"edit": 403},
    # Who oversees sees what is compared and how much came of it, and nobody's row.
    "auditor": dict.fromkeys(("model", "version", "file", "run", "live"), 200)
    | {"result": 404, "row": 403, "edit": 403},
    "operator": dict.fromkeys(("model", "version", "file", "run", "live"), 200)
    | {"result": 404, "row": 403, "edit": 403},
    "outsider": dict.fromkeys(("model", "version", "file", "run", "live", "result", "edit"), 404) | {"row": 403},
    "approver_mzj": dict.fromkeys(("model", "version", "file", "run", "live", "result", "row"), 404) | {"edit": 403},
    "liu": dict.fromkeys(("model", "version", "file", "run", "live", "result", "row", "edit"), 403),
}


@pytest.mark.parametrize("username", sorted(EXPECTED))
def test_who_sees_what(username: str) -> None:
    world()
    run = done_run()
    visitor = browser(username)
    found = {name: visitor.get(address).status_code for name, address in addresses(run).items()}
    assert found == EXPECTED[username]


def test_the_list_shows_each_model_once_with_its_newest_version_and_run() -> None:
    world()
    run = done_run()
    for username in ("steward_gjj", "auditor"):
        shown = browser(username).get(reverse("matching:models")).content.decode()
        assert shown.count("户主不在名册上的救助对象") == 1
        assert run.number in shown


def test_another_department_s_list_is_empty_and_says_what_to_do() -> None:
    world()
    confirmed(now=timezone.now())
    shown = browser("outsider").get(reverse("matching:models")).content.decode()
    assert "户主不在名册上" not in shown
    assert "还没有比对模型" in shown


def test_without_grants_the_builder_says_where_to_ask() -> None:
    open_relief_details(now=timezone.now())
    shown = browser("outsider").get(reverse("matching:new")).content.decode()
    assert "先在共享工作台申请批量使用" in shown
