"""A paper that data prove for one item is needless for every other; stewards see it counted."""

import msgspec
import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from haihe.city.testing import load_departments
from haihe.platforms.services.items.definition import Paper
from haihe.platforms.services.items.kinds import Proof
from haihe.platforms.services.items.needless import needless_papers
from haihe.platforms.services.items.operations import load_items
from haihe.platforms.services.items.testing import make_item, signed_in, story_item


def _handed_in() -> Paper:
    return msgspec.structs.replace(story_item().paper("relief-certificate"), proof=Proof.HAND_IN, verify=None)


def test_what_one_item_verifies_no_other_may_ask_for_on_paper() -> None:
    card, certificate = story_item().papers
    verifying = make_item("verifying", "甲", "A", papers=(card, certificate))
    asking = make_item("asking", "乙", "B", papers=(card, _handed_in()))
    (found,) = needless_papers([asking, verifying])
    assert (found.item.slug, found.paper.slug, found.proven_by.slug) == ("asking", "relief-certificate", "verifying")
    assert found.verify.resource == "120012/000001"
    assert needless_papers([verifying]) == needless_papers([make_item("other", "丙", "C")]) == []


@pytest.mark.django_db
def test_the_desk_shows_a_steward_their_own_and_nobody_else_anything(client: Client) -> None:
    load_departments()
    load_items()
    load_items([make_item("asking", "还在收证明的事", "Still asking", papers=(_handed_in(),))])
    address = reverse("services:items-desk")
    assert "还在收证明的事" in signed_in(client, "steward_mzj").get(address).content.decode()
    other = signed_in(Client(), "steward_gjj").get(address).content.decode()
    assert escape("还在收证明的事") not in other
    assert signed_in(Client(), "liu").get(address).status_code == 403
    assert Client().get(address).status_code in (302, 403)
