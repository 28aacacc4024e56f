"""Evidence of an exchange goes to those it concerns and to nobody else, and proves itself."""

import uuid
from datetime import UTC
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from haihe.base.accounts import demo as accounts
from haihe.base.keys.api import keyring
from haihe.base.ledger import api as ledger
from haihe.base.ledger.testing import append_many, append_records, make_refusal, tamper
from haihe.city import cast
from haihe.data.sharing.models import Grant
from haihe.data.sharing.testing import NOW, granted
from haihe.kernel.answers import Answer
from haihe.kernel.evidence import verify_evidence
from haihe.kernel.suites import SUITES

pytestmark = pytest.mark.django_db
CHECK = reverse("sharing:check-evidence")
each_suite = pytest.mark.parametrize("suite", list(SUITES))


def signed_in(username: str) -> Browser:
    browser = Browser()
    (user,) = accounts.plant([cast.person(username)], now=NOW, keyring=keyring())
    browser.force_login(user)
    return browser


def told() -> dict[str, object]:
    grant = Grant.objects.select_related("service").get(pk=granted())
    return {
        "grant": str(grant.pk),
        "consumer": grant.organisation,
        "owner": grant.owner,
        "service": grant.service.slug,
        "resource": grant.service.resource,
        "legal_basis": grant.legal_basis,
        "purpose": grant.purposes[0],
        "fields": list(grant.claims),
        "at": f"{grant.valid_from.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z",
        "subject": keyring().subject_key(cast.person("liu").id_number or "").hex(),
    }


def exchanged(*, seal: bool = True, **changes: object) -> str:
    (number,) = append_records(1, **(told() | changes))
    if seal:
        ledger.seal_pending(now=NOW)
    return number


def file_of(browser: Browser, number: str, suite: str) -> bytes:
    answer = browser.get(reverse("sharing:evidence-file", args=[number, suite]))
    assert answer.status_code == 200
    return bytes(answer.content)


@each_suite
@pytest.mark.parametrize("username", ["steward_gjj", "approver_mzj", "auditor", "liu"])
def test_those_it_concerns_take_it_away_and_it_verifies(username: str, suite: str) -> None:
    number = exchanged()
    browser = signed_in(username)
    assert suite in browser.get(reverse("sharing:evidence", args=[number])).content.decode()
    verdict = verify_evidence(file_of(browser, number, suite))
    assert verdict.valid, verdict.reason
    assert verdict.suite == suite
    assert verdict.proof is not None
    assert verdict.proof.record is not None
    assert verdict.proof.record["evidence"] == number


@pytest.mark.parametrize("username", ["outsider", "zhang", "clerk_gjj"])
def test_it_does_not_exist_for_anybody_else(username: str) -> None:
    number = exchanged()
    browser = signed_in(username)
    for address in (
        reverse("sharing:evidence", args=[number]),
        reverse("sharing:evidence-file", args=[number, "sm2-sm3"]),
    ):
        assert browser.get(address).status_code in (403, 404)


def test_of_a_batch_the_person_takes_away_the_own_line_only() -> None:
    mine, other = keyring().subject_key(cast.person("liu").id_number or ""), b"another person.."
    facts = {name: value for name, value in told().items() if name != "subject"}
    number = append_many({other: Answer.NO_MATCH, mine: Answer.MATCH}, **facts)
    ledger.seal_pending(now=NOW)
    verdict = verify_evidence(file_of(signed_in("liu"), number, "ed25519-sha256"))
    assert verdict.valid, verdict.reason
    assert verdict.proof is not None
    assert verdict.proof.record is not None
    assert verdict.proof.record["answer"] == "MATCH"
    assert other.hex() not in str(verdict)
    of_the_department = verify_evidence(file_of(signed_in("steward_gjj"), number, "ed25519-sha256"))
    assert of_the_department.valid
    assert mine.hex() not in str(of_the_department)


def test_what_is_not_sealed_yet_says_so_and_waits() -> None:
    number = exchanged(seal=False)
    browser = signed_in("steward_gjj")
    answer = browser.get(reverse("sharing:evidence-file", args=[number, "sm2-sm3"]), follow=True)
    assert "还没有封存" in answer.content.decode()


def test_an_altered_record_gives_no_evidence() -> None:
    number = exchanged()
    tamper("UPDATE ledger_record SET body = replace(body, 'MATCH', 'NO_MATCH') WHERE evidence = %s", number)
    answer = signed_in("auditor").get(reverse("sharing:evidence-file", args=[number, "sm2-sm3"]), follow=True)
    assert "不能出具证据" in answer.content.decode()


def test_what_was_refused_unknown_or_in_no_suite_has_none() -> None:
    number = exchanged()
    ledger.append([make_refusal(evidence=(refused := str(uuid.uuid4())))])
    browser = signed_in("auditor")
    for address in (
        reverse("sharing:evidence", args=[refused]),
        reverse("sharing:evidence", args=[UUID(int=7)]),
        reverse("sharing:evidence-file", args=[number, "rot13"]),
    ):
        assert browser.get(address).status_code == 404


def test_anybody_can_check_a_file_on_the_page() -> None:
    data = file_of(signed_in("auditor"), exchanged(), "sm2-sm3")

    def checked(content: bytes) -> str:
        answer = Browser().post(CHECK, {"file": SimpleUploadedFile("e.json", content)})
        assert answer.status_code == 200
        return answer.content.decode()

    assert "有效：由本市出具" in checked(data)
    assert "无效" in checked(data.replace(b"MATCH", b"MATCX"))
    assert "无效" in checked(b"\x00" * 10)
    assert "请选择" in Browser().post(CHECK).content.decode()


def test_the_auditors_record_leads_there() -> None:
    number = exchanged()
    assert reverse("sharing:evidence", args=[number]) in (
        signed_in("auditor").get(reverse("ledger:record", args=[number])).content.decode()
    )
