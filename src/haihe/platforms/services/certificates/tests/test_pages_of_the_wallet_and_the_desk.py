"""The holder's wallet, the issuer's desk: what each sees, and that others' certificates don't exist for them."""

import re

import pytest
from django.test import Client

from haihe.city import cast
from haihe.kernel.certificate_document import verify_document
from haihe.platforms.services.certificates import codes, sealing
from haihe.platforms.services.certificates.operations.checking import what
from haihe.platforms.services.certificates.testing import issued, licence, signed_in, taken_away

pytestmark = pytest.mark.django_db
HOME = "/services/certificates/"


def test_the_wallet_is_empty_and_says_what_to_do(client: Client) -> None:
    assert "还没有有效的电子证照" in signed_in(client, "liu").get(HOME).content.decode()


def test_the_wallet_holds_ones_own_and_the_companys(client: Client) -> None:
    mine, ours, theirs = issued(), licence(), issued("zhang")
    page = signed_in(client, "liu").get(HOME).content.decode()
    assert mine.number in page
    assert ours.number in page
    assert theirs.number not in page


def test_what_holds_no_more_stands_apart(client: Client) -> None:
    row = taken_away(licence())
    page = signed_in(client, "liu").get(HOME).content.decode()
    assert page.index("不再有效的") < page.index(row.number)


def test_the_holder_sees_all_with_a_picture_and_a_code(client: Client) -> None:
    row = issued()
    page = signed_in(client, "liu").get(f"{HOME}{row.number}/").content.decode()
    assert cast.LIU.name in page
    assert "某路" in page
    assert codes.code_of(what(row)) in page
    assert re.search(r"<svg[^>]*>.*核验二维码.*</svg>", page, re.DOTALL)
    assert "style=" not in page


def test_it_prints_and_saves(client: Client) -> None:
    row = issued()
    signed_in(client, "liu")
    assert codes.code_of(what(row)) in client.get(f"{HOME}{row.number}/print/").content.decode()
    saved = client.get(f"{HOME}{row.number}/document.jws")
    assert f"{row.number}.jws" in saved["Content-Disposition"]
    assert verify_document(saved.content, key=sealing.public_key()).valid


@pytest.mark.parametrize("path", ["", "print/", "document.jws"])
def test_anothers_certificate_doesnt_exist(client: Client, path: str) -> None:
    row = issued()
    assert signed_in(client, "zhang").get(f"{HOME}{row.number}/{path}").status_code == 404
    assert client.post(f"{HOME}{row.number}/renew-code/").status_code == 404
    assert "/sign-in" in Client().get(f"{HOME}{row.number}/{path}")["Location"]


def test_a_new_code_by_a_press(client: Client) -> None:
    row = issued()
    old = codes.code_of(what(row))
    page = signed_in(client, "liu").post(f"{HOME}{row.number}/renew-code/", follow=True).content.decode()
    assert old not in page
    assert "已换新的二维码" in page


def test_the_desk_lists_what_the_body_issued(client: Client) -> None:
    ours, theirs = licence(), issued()
    page = signed_in(client, "clerk_scjg").get(f"{HOME}desk/").content.decode()
    assert ours.number in page
    assert theirs.number not in page
    assert client.get(f"{HOME}desk/{theirs.number}/").status_code == 404


def test_the_desk_finds_by_number_and_state(client: Client) -> None:
    row = taken_away(licence())
    signed_in(client, "clerk_scjg")
    assert row.number in client.get(f"{HOME}desk/", {"number": row.number.lower(), "state": "REVOKED"}).content.decode()
    assert "没有符合条件的证照" in client.get(f"{HOME}desk/", {"state": "VALID"}).content.decode()
    assert client.get(f"{HOME}desk/", {"state": "x\x00", "page": "z"}).status_code == 200


def test_one_proposes_and_another_decides(client: Client) -> None:
    row = licence()
    address = f"{HOME}desk/{row.number}/"
    signed_in(client, "clerk_scjg")
    assert "提出撤销" in client.get(address).content.decode()
    client.post(f"{address}revoke/", {"reason": "以欺骗手段取得登记"})
    assert "须由另一位审批人决定" in client.get(address).content.decode()
    refused = client.post(f"{address}agree/")
    assert refused.status_code == 403
    head = signed_in(Client(), "approver_scjg")
    assert "以欺骗手段取得登记" in head.get(address).content.decode()
    done = head.post(f"{address}agree/", follow=True).content.decode()
    assert "撤销" in done
    row.refresh_from_db()
    assert row.state == "REVOKED"


def test_all_of_it_opens_for_a_reason_that_the_holder_sees(client: Client) -> None:
    row = licence()
    address = f"{HOME}desk/{row.number}/"
    page = signed_in(client, "clerk_scjg").get(address).content.decode()
    assert "刘志远" not in page
    assert client.post(f"{address}open/", {"reason": ""}).status_code == 422
    assert "刘志远" in client.post(f"{address}open/", {"reason": "核对登记档案"}).content.decode()
    seen = signed_in(Client(), "liu").get(f"{HOME}{row.number}/").content.decode()
    assert "工作人员查看了全部内容" in seen
    assert "核对登记档案" in seen


def test_unknown_verbs_are_nothing(client: Client) -> None:
    row = licence()
    assert signed_in(client, "clerk_scjg").post(f"{HOME}desk/{row.number}/burn/").status_code == 404
    assert client.post(f"{HOME}desk/{issued().number}/cancel/", {"reason": "不是本单位的"}).status_code == 404


def test_citizens_have_no_desk_and_officers_no_wallet(client: Client) -> None:
    assert signed_in(client, "liu").get(f"{HOME}desk/").status_code == 403
    assert signed_in(Client(), "clerk_scjg").get(HOME).status_code == 403
