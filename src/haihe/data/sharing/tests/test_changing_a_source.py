"""How a department's interface is asked is changed by its steward alone, in versions, and guarded as at the opening."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID
from django.db import connection
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from haihe.base.accounts.api import NotPermitted, Role
from haihe.base.keys.api import keyring
from haihe.base.notices.models import Notice
from haihe.data.sharing import operations
from haihe.data.sharing.errors import InputRefused, NotNow
from haihe.data.sharing.forms_interface import InterfaceForm
from haihe.data.sharing.models import Service, SharingEvent
from haihe.data.sharing.operations.changing_source import ChangedSource
from haihe.data.sharing.testing import NOW, RELIEF_LIVE, cast_actor, open_relief_status
from haihe.data.sharing.tests.test_pages import signed_in
from haihe.kernel.source_rules import SourceRules, read_rules

SOURCE: dict[str, Any] = dict(RELIEF_LIVE.source or {})
PAGE = "/sharing/services/relief-live/source/change/"
KEY = Ed25519PrivateKey.generate()


def authority() -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "made up")])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(KEY.public_key())
    built = built.serial_number(1).not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
    made = built.not_valid_after(datetime(2027, 1, 1, tzinfo=UTC)).sign(KEY, None)
    return made.public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture
def row(db: None) -> Service:
    open_relief_status()
    operations.open_service(actor=cast_actor("steward_mzj"), service=RELIEF_LIVE, now=NOW)
    operations.confirm_source(actor=cast_actor("operator"), slug="relief-live", networks=["10.12.3.0/24"], now=NOW)
    return Service.objects.get(slug="relief-live")


def change(username: str = "steward_mzj", *, seen: int = 1, secret: str = "", **changes: Any) -> bool:
    told = ChangedSource(rules=SOURCE | changes, seen=seen, secret=secret)
    return operations.change_source(actor=cast_actor(username), slug="relief-live", changed=told, now=NOW)


def shown_to_the_gateway() -> tuple[bool, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT enabled, source_networks FROM gateway_service WHERE slug = 'relief-live'")
        ((enabled, networks),) = cursor.fetchall()
    return enabled, networks


def filled(row: Service, **changes: Any) -> dict[str, Any]:
    """Return what a browser would send back after these changes."""
    told = InterfaceForm.initial_of(read_rules(row.source)) | {"seen": 1} | changes
    return {name: value for name, value in told.items() if value not in ("", False)}


def test_a_change_is_a_version_that_says_who_when_and_what(row: Service) -> None:
    assert change(timeout_ms=2500, breaker={"failures": 9, "open_s": 30}) is False
    event = SharingEvent.objects.get(name="change_source")
    assert (event.actor_name, event.at, event.organisation) == (cast_actor("steward_mzj").name, NOW, "120012")
    assert event.facts == {
        "version": 2,
        "changed": {
            "timeout_ms": [3000, 2500],
            "breaker": [{"failures": 5, "open_s": 30}, {"failures": 9, "open_s": 30}],
        },
        "secret": False,
    }
    assert shown_to_the_gateway() == (True, ["10.12.3.0/24"])
    row.refresh_from_db()
    assert read_rules(row.source).timeout_ms == 2500


@pytest.mark.parametrize(
    "changes",
    [{"url": "https://relief.mzj.example:9443/v1/persons"}, {"url": "https://relief.mzj.example:8443/v2/persons"},
     {"url": "http://relief.mzj.example:8443/v1/persons"}, {"url": "https://other.example/v1/persons"}],
)  # fmt: skip
def test_another_address_is_asked_only_after_the_authority_confirmed_it(row: Service, changes: dict[str, Any]) -> None:
    assert change(**changes) is True
    assert shown_to_the_gateway() == (False, [])
    notice = Notice.objects.get(kind="sharing.source_waits")
    assert (notice.role, notice.path) == (Role.OPERATOR, reverse("sharing:service", args=["relief-live"]))
    operations.confirm_source(actor=cast_actor("operator"), slug="relief-live", networks=["10.12.4.0/24"], now=NOW)
    assert shown_to_the_gateway() == (True, ["10.12.4.0/24"])


@pytest.mark.parametrize("username", ["approver_mzj", "operator", "steward_gjj", "auditor"])
def test_nobody_else_changes_it(row: Service, username: str) -> None:
    with pytest.raises(NotPermitted):
        change(username, timeout_ms=2500)
    assert Service.objects.get(pk=row.pk).source == SOURCE


def test_who_saw_an_older_version_looks_again_first(row: Service) -> None:
    change(timeout_ms=2500)
    with pytest.raises(NotNow):
        change(timeout_ms=2600)
    change(timeout_ms=2600, seen=2)
    assert [event.facts["version"] for event in SharingEvent.objects.filter(name="change_source")] == [2, 3]


def test_nothing_changed_is_no_version(row: Service) -> None:
    with pytest.raises(NotNow):
        change(timeout_ms=3000)
    assert not SharingEvent.objects.filter(name="change_source").exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "https://user:pw@mzj.example/"}, "source"),
        ({"url": "file:///etc/passwd"}, "source"),
        ({"timeout_ms": 60_000}, "source"),
        ({"fields": {"relief_type": SOURCE["fields"]["relief_type"]}}, "source"),
        ({"fields": SOURCE["fields"] | {"income": {"pointer": "/x", "type": "text"}}}, "source"),
        ({"secret_header": "Host"}, "source"),
        ({"secret_header": "", "secret": "x"}, "source_secret"),
        ({"secret": "two\nlines"}, "source_secret"),
        ({"ca": "no certificate"}, "source"),
        ({"url": "http://relief.mzj.example/", "ca": authority()}, "source"),
        ({"ca": authority() + "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"}, "source"),
    ],
)
def test_the_guards_are_those_of_the_opening(row: Service, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InputRefused) as refusal:
        change(**changes)
    assert refusal.value.field == field
    assert Service.objects.get(pk=row.pk).source == SOURCE


def test_the_secret_stays_unless_another_is_given_and_goes_with_its_header(row: Service) -> None:
    def opened() -> bytes | None:
        now = Service.objects.get(pk=row.pk)
        sealed = now.sealed_source_secret
        return None if sealed is None else keyring().open(bytes(sealed), context=now.seal_context)

    change(timeout_ms=2500)
    assert opened() == b"the-departments-secret"
    change(timeout_ms=2500, seen=2, secret="another-one")
    assert opened() == b"another-one"
    assert "another-one" not in str(SharingEvent.objects.get(facts__version=3).facts)
    change(secret_header="", seen=3)
    assert opened() is None
    with pytest.raises(InputRefused):
        change(seen=4)


def test_a_certificate_stands_in_the_versions_by_its_digest(row: Service) -> None:
    change(ca=authority())
    before, after = SharingEvent.objects.get(name="change_source").facts["changed"]["ca"]
    assert before == ""
    assert after.startswith("sha-256 ")
    assert "BEGIN" not in after


def test_the_page_shows_the_rules_changes_one_and_keeps_all_others(row: Service) -> None:
    browser = signed_in("steward_mzj")
    assert "https://relief.mzj.example:8443/v1/persons" in browser.get(PAGE).content.decode()
    answer = browser.post(PAGE, filled(row, timeout_ms="2500", parameters="year? query integer 2000..2100 =nd"))
    assert answer.status_code == 302, answer.content.decode()
    rules = read_rules(Service.objects.get(pk=row.pk).source)
    year = rules.parameters["year"]
    assert (rules.timeout_ms, year.least, year.most, year.name, year.required) == (2500, 2000, 2100, "nd", False)
    assert set(SharingEvent.objects.get(name="change_source").facts["changed"]) == {"timeout_ms", "parameters.year"}
    page = browser.get(PAGE).content.decode()
    for told in (
        "现在是第 2 版",
        "第 2 版 · steward_mzj",
        "时限（毫秒）",
        "3000",
        "2500",
        "year? query integer 2000..2100 =nd",
    ):
        assert told in page
    assert "第 2 版：" in browser.get(reverse("sharing:service", args=["relief-live"])).content.decode()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"url": "http://user@x/"}, "接口规则有误"),
        ({"parameters": "year query integer nonsense"}, "接口规则有误"),
        ({"seen": 7}, "已有新的修改"),
        ({}, "没有任何改动"),
        ({"timeout_ms": "5"}, "100"),
    ],
)
def test_what_cannot_be_kept_is_told_where_it_stands(row: Service, changes: dict[str, Any], told: str) -> None:
    answer = signed_in("steward_mzj").post(PAGE, filled(row, **changes))
    assert (answer.status_code, told in answer.content.decode()) == (422, True)
    assert Service.objects.get(pk=row.pk).source == SOURCE


def test_only_the_owner_is_led_to_the_page(row: Service) -> None:
    for username, sees in (("steward_mzj", True), ("operator", False), ("approver_mzj", False)):
        page = signed_in(username).get(reverse("sharing:service", args=["relief-live"])).content.decode()
        assert (PAGE in page) is sees


names = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True).filter(lambda name: name != "subject")
bound = st.none() | st.integers(-(10**9), 10**9)


@st.composite
def parameters(draw: st.DrawFn) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in draw(st.lists(names, max_size=4, unique=True)):
        form = draw(st.sampled_from(["code", "integer", "date", "choice", "text"]))
        told = {"in": "body", "form": form, "required": draw(st.booleans())}
        if form == "choice":
            told["choices"] = draw(
                st.lists(st.from_regex(r"[A-Za-z0-9_-]{1,6}", fullmatch=True), min_size=1, max_size=3)
            )
        if form == "integer":
            told |= {"least": draw(bound), "most": draw(bound)}
        found[name] = told
    return found


@settings(deadline=None, max_examples=60)
@given(
    parameters=parameters(),
    absent=st.fixed_dictionaries(
        {}, optional={"status": st.sampled_from([204, 404, 410]), "pointer": st.just("/data")}
    ),
    subject=st.sampled_from([None, {"in": "body", "name": "Sfzh"}, {"in": "header", "name": "X-Id"},
                             {"in": "query", "name": "sfzh", "logged": True}]),
    echo=st.sampled_from([None, "/data/sfzh"]),
    most_bytes=st.integers(256, 1 << 20),
    timeout_ms=st.integers(100, 10_000),
    breaker=st.fixed_dictionaries({"failures": st.integers(1, 100), "open_s": st.integers(1, 600)}),
    last_good_s=st.integers(0, 30 * 86_400),
)  # fmt: skip
def test_whatever_the_rules_say_comes_through_the_form_unchanged(**rules: Any) -> None:
    if rules["subject"] is None:
        rules["echo"] = None
    before: SourceRules = read_rules(SOURCE | {"method": "POST"} | rules)

    class Form(InterfaceForm):
        pass

    form = Form({name: value for name, value in Form.initial_of(before).items() if value not in ("", False)})
    for name in before.fields:
        form.add_place(name)
    assert form.is_valid(), form.errors
    assert read_rules(form.rules(before.fields)) == before


def test_the_clock_of_a_certificate_is_not_looked_at_when_it_is_laid_down(row: Service) -> None:
    """An authority that has ended is refused where it counts: at each connection."""
    long_ago = datetime(2016, 1, 1, tzinfo=UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "long gone")])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(KEY.public_key())
    made = built.serial_number(2).not_valid_before(long_ago).not_valid_after(long_ago + timedelta(days=1))
    change(ca=made.sign(KEY, None).public_bytes(serialization.Encoding.PEM).decode())
