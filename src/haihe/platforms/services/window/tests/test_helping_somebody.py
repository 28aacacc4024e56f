"""A helper acts for somebody on consent that is written down first: for that person, in that item, for a week."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.city import cast
from haihe.city.testing import load_departments
from haihe.platforms.services import operations as cases
from haihe.platforms.services.items.api import ItemDefinition
from haihe.platforms.services.models import Case, Channel
from haihe.platforms.services.testing import actor, application_for, item_by, signed_in
from haihe.platforms.services.window import operations
from haihe.platforms.services.window.errors import InputRefused, NotFound, NotNow
from haihe.platforms.services.window.models import Assistance
from haihe.platforms.services.window.operations import Agreed
from haihe.platforms.services.window.testing import NOW

pytestmark = pytest.mark.django_db

HELPER = Actor(uuid.uuid5(uuid.NAMESPACE_OID, "helper"), "帮办员", frozenset({("FIELD_WORKER", "120103001")}))


@pytest.fixture
def item() -> ItemDefinition:
    load_departments()
    return item_by("plain", authority="120029")


def agreed(about: ItemDefinition, username: str = "liu", /, **changes: str) -> Agreed:
    person = cast.person(username)
    plain = {
        "name": person.name,
        "id_number": str(person.id_number),
        "item": about.slug,
        "place": "河西区某社区服务站",
        "consent": "SIGNED",
    }
    return Agreed(**(plain | changes))


def test_what_was_agreed_to_is_for_that_person_and_item_and_a_week(item: ItemDefinition) -> None:
    form = application_for(item, "liu", channel=Channel.WINDOW)
    with pytest.raises(NotPermitted):
        cases.open_case(actor=HELPER, application=form, now=NOW)
    operations.agree(actor=HELPER, agreed=agreed(item), now=NOW)
    with pytest.raises(NotPermitted):
        cases.open_case(actor=HELPER, application=application_for(item, "zhang", channel=Channel.WINDOW), now=NOW)
    with pytest.raises(NotPermitted):
        cases.open_case(actor=HELPER, application=form, now=NOW + timedelta(days=8))
    assert cases.open_case(actor=HELPER, application=form, now=NOW)


def test_consent_that_was_not_signed_has_a_witness(item: ItemDefinition) -> None:
    with pytest.raises(InputRefused, match="见证人"):
        operations.agree(actor=HELPER, agreed=agreed(item, consent="SPOKEN"), now=NOW)
    made = operations.agree(actor=HELPER, agreed=agreed(item, consent="SPOKEN", witness="邻居王某"), now=NOW)
    assert str(cast.LIU.id_number).encode() not in bytes(made.sealed_person)
    for wrong in ({"consent": "GUESSED"}, {"place": " "}, {"name": ""}, {"id_number": "1"}, {"item": "none"}):
        with pytest.raises(InputRefused):
            operations.agree(actor=HELPER, agreed=agreed(item, **wrong), now=NOW)
    with pytest.raises(NotPermitted):
        operations.agree(actor=actor("zhang"), agreed=agreed(item), now=NOW)


def test_the_person_takes_the_consent_back_and_nobody_else_does(item: ItemDefinition) -> None:
    made = operations.agree(actor=HELPER, agreed=agreed(item), now=NOW)
    with pytest.raises(NotFound):
        operations.end_help(actor=actor("zhang"), assistance_id=made.pk, now=NOW)
    operations.end_help(actor=actor("liu"), assistance_id=made.pk, now=NOW)
    with pytest.raises(NotNow, match="收回或过期"):
        operations.begin_help(actor=HELPER, assistance_id=made.pk, now=NOW)
    with pytest.raises(NotPermitted):
        cases.open_case(actor=HELPER, application=application_for(item, "liu", channel=Channel.WINDOW), now=NOW)


def test_the_helper_fills_in_for_the_person_on_pages_and_the_person_sees_it(
    client: Client, item: ItemDefinition
) -> None:
    person = cast.LIU
    signed_in(client, "clerk_gjj")
    address = reverse("window:help")
    assert "记下同意" in client.get(address, {"item": item.slug}).content.decode()
    told = {"name": person.name, "id_number": str(person.id_number), "item": item.slug, "place": "南开区大厅"}
    assert "没有本人签字" in client.post(address, told | {"consent": "CALLED"}, follow=True).content.decode()
    client.post(address, told | {"consent": "SIGNED"})
    made = Assistance.objects.get()
    begun = client.post(reverse("window:help-begin", args=[made.pk]), follow=True)
    body = begun.content.decode()
    assert f'value="{person.name}"' in body
    assert "本人的同意已记录" in body
    sent = {
        "revision": "2",
        "action": "send",
        "applicant_name": person.name,
        "applicant_id_number": str(person.id_number),
        "amount": "12000",
    }
    done = client.post(begun.redirect_chain[-1][0], sent, follow=True).content.decode()
    case = Case.objects.get()
    assert case.number in done
    signed_in(client, "liu")
    mine = client.get(reverse("window:helped")).content.decode()
    assert "李敏" in mine
    assert case.number in mine


def test_the_help_of_somebody_else_is_not_there(client: Client, item: ItemDefinition) -> None:
    made = operations.agree(actor=HELPER, agreed=agreed(item), now=timezone.now())
    signed_in(client, "clerk_gjj")
    assert client.get(reverse("window:help-one", args=[made.pk])).status_code == 404
    for name in ("help-begin", "help-end"):
        assert client.post(reverse(f"window:{name}", args=[made.pk])).status_code == 404
    assert signed_in(client, "outsider").get(reverse("window:help")).status_code == 403
