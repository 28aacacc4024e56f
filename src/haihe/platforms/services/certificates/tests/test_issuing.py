"""A certificate is issued once, numbered, signed, sealed and told; a new one takes the old one's place."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from haihe.base.accounts.api import NotPermitted
from haihe.base.notices import api as notices
from haihe.city import cast
from haihe.kernel.certificate_document import verify_document
from haihe.kernel.keyring import KeyringError
from haihe.platforms.services.certificates import operations, queries, sealing
from haihe.platforms.services.certificates.errors import InputRefused, NotNow
from haihe.platforms.services.certificates.models import Certificate
from haihe.platforms.services.certificates.operations import Holder
from haihe.platforms.services.certificates.testing import (
    CODE,
    COMPANY,
    KIND,
    NOW,
    citizen,
    issued,
    licence,
    officer,
    signed_in,
    taken_away,
)
from haihe.platforms.services.certificates.workflow import CertificateState

pytestmark = pytest.mark.django_db
LIU = cast.LIU


def test_it_has_a_number_of_its_kind_and_day() -> None:
    assert issued().number == "JSZ-20261123-0001"
    assert issued("zhang").number == "JSZ-20261123-0002"


def test_it_holds_for_as_long_as_its_kind_says() -> None:
    assert issued().valid_until == date(2032, 11, 22)
    assert licence().valid_until is None


def test_the_document_says_all_and_bears_the_citys_signature() -> None:
    verdict = verify_document(sealing.text_of(issued()).encode(), key=sealing.public_key())
    assert verdict.document is not None
    assert (verdict.document.holder, verdict.document.holder_number) == (LIU.name, LIU.id_number)
    assert verdict.document.fields["home"] == "天津市和平区某路 1 号"


def test_what_is_kept_open_names_nobody() -> None:
    row = issued()
    kept = str({name: getattr(row, name) for name in (f.name for f in Certificate._meta.fields)})
    assert LIU.name not in kept
    assert str(LIU.id_number) not in kept
    assert "某路" not in kept
    assert row.masked_holder == "刘*远"
    assert row.shown == {"vehicle_class": "C1"}


def test_a_company_is_named_as_its_register_is_public() -> None:
    row = licence()
    assert (row.masked_holder, row.masked_number) == (COMPANY, CODE)
    assert row.shown["legal_representative"] == "刘*远"


def test_a_case_issues_it_once() -> None:
    first, again = issued(case_number="GA-20261123-000001"), issued(case_number="GA-20261123-000001")
    assert first == again
    assert Certificate.objects.count() == 1


def test_a_new_one_takes_the_place_of_the_old_one_and_what_isnt_said_from_it() -> None:
    old = issued()
    new = issued(fields={"vehicle_class": "C2"}, now=NOW + timedelta(days=1))
    old.refresh_from_db()
    assert (old.state, old.replaced_by) == (CertificateState.CANCELLED, new)
    assert dict(sealing.document_of(new).fields) == {"vehicle_class": "C2", "home": "天津市和平区某路 1 号"}


def test_kinds_of_which_one_has_several_stay_side_by_side() -> None:
    first = issued(kind="vehicle-licence", fields={"plate_number": "津A12345"})
    issued(kind="vehicle-licence", fields={"plate_number": "津A54321"})
    first.refresh_from_db()
    assert first.state == CertificateState.VALID


def test_a_divorce_ends_the_marriage_certificate() -> None:
    marriage = issued(kind="marriage-certificate", fields={})
    issued(kind="divorce-certificate", fields={})
    marriage.refresh_from_db()
    assert marriage.state == CertificateState.CANCELLED


def test_a_suspended_one_is_not_got_round_by_a_new_one() -> None:
    taken_away(issued(), "suspend")
    with pytest.raises(NotNow):
        issued()
    assert Certificate.objects.count() == 1


def test_a_revoked_one_may_be_earned_anew() -> None:
    old = taken_away(issued(), "revoke")
    assert issued().state == CertificateState.VALID
    old.refresh_from_db()
    assert old.state == CertificateState.REVOKED


def test_officers_of_the_issuer_issue_and_nobody_else() -> None:
    told = {"kind": KIND, "holder": Holder(LIU.name, LIU.id_number or ""), "fields": {}, "now": NOW}
    assert operations.issue(actor=officer("CLERK"), **told).number  # type: ignore[arg-type]  # a table of arguments
    for other in (officer("CLERK", "120012"), officer("STEWARD"), citizen()):
        with pytest.raises(NotPermitted):
            operations.issue(actor=other, **told)  # type: ignore[arg-type]  # a table of arguments


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"holder": Holder("", LIU.id_number or "")}, "持证人"),
        ({"holder": Holder(LIU.name, "")}, "证件号码"),
        ({"valid_until": date(2020, 1, 1)}, "有效期"),
        ({"fields": {"home": "长" * 6000}}, "太长"),
    ],
)
def test_what_cant_be_right_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(InputRefused, match=says):
        issued(**changes)


def test_a_child_without_a_number_has_it_with_whoever_applied() -> None:
    parent = citizen()
    holder = Holder("刘小宝", "", keeper_key=parent.subject_key)
    row = issued(kind="birth-certificate", holder=holder, fields={"parent": LIU.name})
    assert queries.own_certificate(parent, row.number) == row
    assert row.shown == {"parent": "刘*远"}


def test_the_holder_is_told(client: Client) -> None:
    signed_in(client, "liu")
    later = NOW + timedelta(days=30)  # the account has been opened by then
    row = issued(now=later)
    (notice,) = notices.told(notices.notices_of(citizen(), now=later), actor=citizen())
    assert row.number in notice.text
    assert "签发" in notice.text


def test_what_one_seals_the_other_number_doesnt_open() -> None:
    first, second = issued(), issued("zhang")
    second.sealed_document = first.sealed_document
    with pytest.raises(KeyringError):
        sealing.document_of(second)
