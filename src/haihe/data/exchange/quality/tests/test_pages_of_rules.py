"""The pages on which stewards make, mend and confirm rules; for others there is nothing to find."""

import io
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from haihe.base.accounts.api import Actor
from haihe.data.exchange import api as exchange
from haihe.data.exchange.quality import rulebook
from haihe.data.exchange.quality.operations import rules as operations
from haihe.data.exchange.quality.operations.rules import digest_of
from haihe.data.exchange.quality.ruleset import Check, CheckKind, DriftKind, RuleSet, Severity
from haihe.data.exchange.quality.testing import published_organisations
from haihe.data.exchange.testing import RELIEF
from haihe.data.exchange.tests.test_pages import signed_in

pytestmark = pytest.mark.django_db
LIST = reverse("exchange:quality-rule-list")


@pytest.fixture
def resource(now: datetime) -> str:
    return published_organisations(now=now)


@pytest.fixture
def client(resource: str) -> Client:
    client = signed_in("steward_mzj")
    client.post(reverse("exchange:quality-propose", args=[resource]))
    return client


def drafted(resource: str) -> RuleSet:
    draft = rulebook.draft_of(resource)
    assert draft is not None
    return rulebook.contents_of(draft)


def test_from_the_catalogue_to_a_file_that_is_taken(resource: str, steward: Actor, now: datetime) -> None:
    client = signed_in("steward_mzj")
    assert "养老机构名录" in client.get(LIST, {"search": "养老"}).content.decode()
    assert "没有符合的资源" in client.get(LIST, {"search": "nothing"}).content.decode()
    page = client.post(reverse("exchange:quality-propose", args=[resource]), follow=True).content.decode()
    assert "确认规则" in page
    seen = digest_of(rulebook.draft_of(resource).contents)  # type: ignore[union-attr]  # there is a draft
    assert seen in page
    answer = client.post(reverse("exchange:quality-confirm", args=[resource]), {"seen": seen}, follow=True)
    assert "从下一次报送起生效" in answer.content.decode()
    lines = "统一社会信用代码,机构名称,负责人身份证号,床位数\n91120116MA05X4T68X,颐养院,11010519491231002X,120\n"
    run = exchange.receive_file(steward, resource, "a.csv", io.BytesIO(lines.encode()), now=now)
    assert run.rows_in == 1
    assert "养老机构名录" in client.get(reverse("exchange:feeds")).content.decode()


def test_a_column_is_mended_and_taken_out(client: Client, resource: str) -> None:
    url = reverse("exchange:quality-column", args=["beds", resource])
    assert "床位数" in client.get(url).content.decode()
    told = {"title": "床位数", "aliases": "床位、核定床位", "kind": "INTEGER", "personal": "NONE", "low": "0",
            "high": "5000", "max_length": "200", "required": "on", "severity": "REJECT"}  # fmt: skip
    client.post(url, told)
    beds = next(each for each in drafted(resource).schema.columns if each.field == "beds")
    assert (beds.aliases, beds.low, beds.high, beds.required) == (("床位", "核定床位"), 0, 5000, True)
    client.post(url, {"remove": "1"})
    assert "beds" not in {each.field for each in drafted(resource).schema.columns}
    assert not any("beds" in check.fields for check in drafted(resource).checks)
    assert client.get(url).status_code == 404


def test_a_contradiction_is_told_and_not_kept(client: Client, resource: str) -> None:
    url = reverse("exchange:quality-column", args=["beds", resource])
    before = drafted(resource)
    told = {"title": "机构名称", "kind": "INTEGER", "personal": "NONE", "max_length": "200", "severity": "REJECT"}
    answer = client.post(url, told)
    assert answer.status_code == 422
    assert "规则自相矛盾" in answer.content.decode()
    assert "请写明允许的取值" in client.post(url, told | {"kind": "CODE"}).content.decode()
    assert drafted(resource) == before


def test_a_check_is_added_changed_and_taken_out(client: Client, resource: str) -> None:
    new = reverse("exchange:quality-check", args=["new", resource])
    told = {"code": "ONE_CODE", "kind": "UNIQUE", "fields_looked_at": ["code"], "severity": "HOLD", "limit": "0",
            "operator": "le"}  # fmt: skip
    assert client.get(new).status_code == 200
    client.post(new, told)
    wanted = Check(code="ONE_CODE", kind=CheckKind.UNIQUE, severity=Severity.HOLD, fields=("code",))
    assert wanted in drafted(resource).checks
    for odd, sentence in (
        ({"fields_looked_at": ["note"], "kind": "FILLED"}, "加密保存"),
        ({"fields_looked_at": ["name"], "kind": "PATTERN", "pattern": "(?=x)"}, "格式表达式不对"),
        ({"fields_looked_at": ["name"], "kind": "RANGE"}, "不适用"),
        ({"fields_looked_at": ["name"], "kind": "REFERENCE"}, "引用哪项资源"),
        ({"fields_looked_at": []}, "应存在"),
    ):
        answer = client.post(new, told | {"code": "ODD"} | odd)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
    client.post(reverse("exchange:quality-check", args=["ONE_CODE", resource]), {"remove": "1"})
    assert wanted not in drafted(resource).checks


def test_a_relation_of_two_columns_and_the_policy(client: Client, resource: str) -> None:
    told = {"code": "SAME", "left": "name", "operator": "ne", "right": "phone", "sentence": "名称写成了电话。"}
    told["severity"] = "WARN"
    client.post(reverse("exchange:quality-row-rule", args=["new", resource]), told)
    client.post(reverse("exchange:quality-policy", args=[resource]), {"max_reject_percent": "2.5", "held": ["NEW"]})
    ruleset = drafted(resource)
    assert [rule.code for rule in ruleset.schema.cross_rules] == ["SAME"]
    assert (ruleset.schema.max_reject_percent, ruleset.held) == (2.5, (DriftKind.NEW,))
    page = client.get(reverse("exchange:quality-rules", args=[resource])).content.decode()
    assert "名称写成了电话" in page


def test_what_is_different_is_told(steward: Actor, now: datetime) -> None:
    client = signed_in("steward_mzj")
    client.post(reverse("exchange:quality-begin", args=[RELIEF]))
    client.post(reverse("exchange:quality-policy", args=[RELIEF]), {"max_reject_percent": "5"})
    page = client.get(reverse("exchange:quality-rules", args=[RELIEF])).content.decode()
    for told in ("与上一版的不同", "退回行的上限", "须暂停的结构变化"):
        assert told in page
    seen = digest_of(rulebook.draft_of(RELIEF).contents)  # type: ignore[union-attr]  # there is a draft
    client.post(reverse("exchange:quality-confirm", args=[RELIEF]), {"seen": seen})
    version = client.get(reverse("exchange:quality-rule-version", args=[1, RELIEF]))
    assert "已确认" in version.content.decode()
    assert client.get(reverse("exchange:quality-rule-version", args=[7, RELIEF])).status_code == 404


@pytest.mark.parametrize("username", ["outsider", "steward_gjj", "approver_gjj"])
def test_strangers_find_no_rules(username: str, resource: str, steward: Actor, now: datetime) -> None:
    operations.propose_rules(steward, resource, now=now)
    client = signed_in(username)
    assert "养老机构名录" not in client.get(LIST).content.decode()
    for name, args in (("rules", []), ("rule-version", [1]), ("column", ["beds"]), ("policy", [])):
        assert client.get(reverse(f"exchange:quality-{name}", args=[*args, resource])).status_code in (403, 404)
    for name in ("propose", "begin", "confirm", "drop"):
        assert client.post(reverse(f"exchange:quality-{name}", args=[resource])).status_code in (403, 404)


def test_the_operator_reads_and_mends_nothing(resource: str, steward: Actor, now: datetime) -> None:
    operations.propose_rules(steward, resource, now=now)
    client = signed_in("operator")
    page = client.get(reverse("exchange:quality-rules", args=[resource]))
    assert page.status_code == 200
    assert "确认规则" not in page.content.decode()
    assert client.post(reverse("exchange:quality-confirm", args=[resource])).status_code == 403
