"""Anybody sees which papers are still asked for; requests and gaps are for the item's department."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from haihe.base.accounts.models import User
from haihe.base.accounts.testing import make_user
from haihe.city import cast
from haihe.data.catalogue import api as catalogue
from haihe.data.catalogue.needs.models import Demand
from haihe.data.sharing.models import SharingRequest
from haihe.data.sharing.needs.testing import CERTIFICATE, RELIEF, STORY
from haihe.data.sharing.testing import NOW, cast_actor, granted, open_relief_status, requested

pytestmark = pytest.mark.django_db

LIST = reverse("sharing:needs")
ITEM = reverse("sharing:needs-item", args=["loan-relief"])
EDIT = reverse("sharing:needs-edit", args=["loan-relief"])
PAPER = reverse("sharing:needs-paper", args=["loan-relief", "paper-2"])
PROVE = reverse("sharing:needs-prove", args=["loan-relief", "paper-2"])
DEMAND = reverse("sharing:needs-demand", args=["loan-relief", "paper-2"])
EVERYBODY = ("", *(person.username for person in cast.CAST))
EDITORS = {"steward_gjj", "operator"}
STEWARDS = {"steward_gjj", "steward_mzj", "outsider"}
PROOF = {"resource": RELIEF, "service": "relief-status", "scope": ["on_relief"]}


def browser(username: str) -> Client:
    client = Client()
    if username:
        client.force_login(make_user(username, *cast.person(username).memberships))
    return client


def entered(*, prove: bool = False) -> None:
    open_relief_status()
    papers = catalogue.read_papers("身份证（出示）\n低保证明 | 今天是否在保")
    needs = catalogue.NewNeeds(code="loan-relief", title="缓还住房公积金贷款", organisation="120040", papers=papers)
    catalogue.enter_needs(actor=cast_actor("steward_gjj"), needs=needs, now=NOW)
    if prove:
        catalogue.prove_paper(
            actor=cast_actor("steward_gjj"),
            code="loan-relief",
            paper="paper-2",
            resource=RELIEF,
            service="relief-status",
            scope=("on_relief",),
            now=NOW,
        )


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("username", EVERYBODY)
def test_who_gets_which_page(username: str) -> None:
    entered(prove=True)
    client = browser(username)
    stranger = 302 if not username else 403
    assert client.get(LIST).status_code == client.get(ITEM).status_code == 200
    may_enter = username in STEWARDS | {"operator"}
    assert client.get(reverse("sharing:needs-new")).status_code == (200 if may_enter else stranger)
    for address in (EDIT, PAPER):
        assert client.get(address).status_code == (200 if username in EDITORS else stranger)
    for address in (PROVE, DEMAND, reverse("sharing:needs-unprove", args=["loan-relief", "paper-2"])):
        assert client.get(address).status_code in {405, stranger}
        if username not in EDITORS:
            assert client.post(address, PROOF).status_code == stranger


@pytest.mark.parametrize(
    ("username", "sees"),
    [("", False), ("liu", False), ("steward_mzj", False), ("approver_gjj", True), ("auditor", True)],
)
def test_requests_and_gaps_are_for_the_items_own_department(username: str, sees: bool) -> None:
    entered(prove=True)
    requested(item="loan-relief", purpose="LOAN_RELIEF")
    page = text(browser(username), ITEM)
    assert ("已申请，办理中" in page) is sees
    assert (SharingRequest.objects.get().number in page) is sees
    assert ("仍要提交" in page) is True


def test_everybody_sees_what_nobody_hands_in_any_more() -> None:
    catalogue.declare_needs([STORY], now=NOW)
    granted()
    page = text(browser(""), reverse("sharing:needs-item", args=[STORY.code]))
    assert "不用再交" in page
    assert "社会救助对象信息" in page
    assert "查看授权" not in page
    assert "低保家庭提取住房公积金" in text(browser(""), f"{LIST}?organisation=120040")
    assert "还没有登记事项材料" in text(browser(""), f"{LIST}?organisation=120041")


def test_a_list_is_pasted_mapped_and_asked_for_in_one_step_each() -> None:
    open_relief_status()
    client = browser("steward_gjj")
    form = {
        "organisation": "120040",
        "title": "缓还贷款",
        "code": "loan-relief",
        "papers": "1.身份证（出示）\n2.低保证",
    }
    assert client.post(reverse("sharing:needs-new"), form).headers["Location"] == ITEM
    page = text(client, PAPER)
    assert "社会救助对象信息" in page
    assert 'value="on_relief"' in page
    assert client.post(PROVE, PROOF).headers["Location"] == ITEM
    page = text(client, ITEM)
    assert "能证明，还没申请" in page
    (step,) = re.findall(r'href="(/sharing/new/\?[^"]+)"', page)
    filled = text(client, unescape(step))
    for told in (
        'value="loan-relief"',
        'value="LOAN_RELIEF"',
        "受理“缓还贷款”时，向提供部门核验：今天是否享受最低生活保障",
    ):
        assert told in filled
    assert re.search(r'name="claims" value="on_relief"[^>]*checked', filled)
    assert not re.search(r'name="claims" value="extreme_hardship"[^>]*checked', filled)


@pytest.mark.parametrize(
    "query",
    [
        "claims=nothing&item=%00x&purpose=" + "P" * 900,
        "applicant=120099&scenario=%3Cscript%3Ealert(1)%3C/script%3E",
        "item=a&item=b",
    ],
)
def test_strange_prefilling_does_no_harm(query: str) -> None:
    open_relief_status()
    page = text(browser("steward_gjj"), f"{reverse('sharing:new')}?service=relief-status&{query}")
    assert "<script>alert" not in page
    assert 'value="120099"' not in page
    chosen = text(browser("steward_mzj"), f"{reverse('sharing:new')}?resource=nothing&{query}")
    assert "<script>alert" not in chosen


def test_the_choice_of_a_service_carries_what_is_known_to_the_form() -> None:
    open_relief_status()
    page = text(browser("steward_gjj"), f"{reverse('sharing:new')}?resource={RELIEF}&item=loan-relief&purpose=LOAN")
    assert "?service=relief-status&amp;item=loan-relief&amp;purpose=LOAN" in page


def test_what_is_not_there_is_asked_of_the_department_that_knows() -> None:
    entered()
    client = browser("steward_gjj")
    assert "请对方登记或者开通" in text(client, PAPER)
    refused = client.post(DEMAND, {"owner": "120040", "words": "需要核验今天是否在保"})
    assert refused.status_code == 422
    assert client.post(DEMAND, {"owner": "120012", "words": "需要核验今天是否在保"}).status_code == 302
    number = Demand.objects.get().number
    assert number in text(client, ITEM)
    page = reverse("catalogue:demand", args=[number])
    answer = reverse("catalogue:answer-demand", args=[number])
    for username, status in (("steward_mzj", 200), ("operator", 200), ("outsider", 404), ("liu", 403)):
        assert browser(username).get(page).status_code == status
    owner = Client()
    owner.force_login(User.objects.get(username="steward_mzj"))
    assert number in text(owner, reverse("catalogue:demands"))
    assert owner.post(answer, {"words": "好的", "resource": "120012/999999"}).status_code == 422
    assert owner.post(answer, {"words": "已经登记，请申请", "resource": RELIEF}).status_code == 302
    assert "已经登记，请申请" in text(client, page)


def test_a_service_of_another_resource_or_of_nowhere_is_not_confirmed() -> None:
    entered()
    client = browser("operator")
    assert client.post(PROVE, PROOF | {"service": "nothing"}).status_code == 404
    assert client.post(PROVE, PROOF | {"resource": "120012/000002"}).status_code == 404
    assert client.post(PROVE, PROOF | {"scope": ["nothing"]}).status_code == 422
    assert client.post(PROVE, {"resource": "120012/000099"}).status_code == 422
    needs = catalogue.needs_of("loan-relief")
    assert needs is not None
    assert needs.papers[1].resource == ""


def test_a_declared_list_is_not_edited_by_hand() -> None:
    catalogue.declare_needs([STORY], now=NOW)
    assert browser("operator").get(reverse("sharing:needs-edit", args=[STORY.code])).status_code == 404
    proof = reverse("sharing:needs-prove", args=[STORY.code, CERTIFICATE.code])
    open_relief_status()
    assert browser("steward_gjj").post(proof, PROOF).status_code == 422


def test_strange_addresses_are_not_there() -> None:
    entered()
    client = browser("operator")
    for code, paper in (("nothing", "paper-2"), ("loan-relief", "nothing"), ("loan-relief", "paper-1")):
        assert client.get(reverse("sharing:needs-paper", args=[code, paper])).status_code == 404
    assert client.get(reverse("sharing:needs-item", args=["nothing"])).status_code == 404
