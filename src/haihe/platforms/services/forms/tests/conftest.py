"""Items, receiver, registers and scanner of the test; the data directory is the test's own."""

from collections.abc import Callable, Iterator

import pytest

from haihe.platforms.services.forms import ports
from haihe.platforms.services.forms.definition import Form
from haihe.platforms.services.forms.ports import Offer
from haihe.platforms.services.forms.testing import (
    ListedOffers,
    ListedPrefiller,
    ListedRelations,
    NotedReceiver,
    ScriptedScanner,
    offer_of,
)


@pytest.fixture
def receiver() -> Iterator[NotedReceiver]:
    noted, before = NotedReceiver(), ports.receiver()
    ports.register_receiver(noted)
    yield noted
    ports.register_receiver(before)


@pytest.fixture
def offers() -> Iterator[Callable[[Form], Offer]]:
    """Offer an item with a form; once more replaces it by its next version."""
    listed, before = ListedOffers(), ports.registered_offers()
    ports.register_offers(listed)

    def put(form: Form) -> Offer:
        earlier = listed.listed.get("test-item")
        made = offer_of(form, version=earlier.version + 1 if earlier else 1)
        listed.listed[made.slug] = made
        return made

    yield put
    ports.register_offers(before)


@pytest.fixture
def scanner() -> Iterator[ScriptedScanner]:
    scripted, before = ScriptedScanner(), ports.scanner()
    ports.register_scanner(scripted)
    yield scripted
    ports.register_scanner(before)


@pytest.fixture
def registers() -> Iterator[ListedPrefiller]:
    listed, before = ListedPrefiller(), ports.prefiller()
    ports.register_prefiller(listed)
    yield listed
    ports.register_prefiller(before)


@pytest.fixture
def relations() -> Iterator[ListedRelations]:
    listed, before = ListedRelations(), ports.relations()
    ports.register_relations(listed)
    yield listed
    ports.register_relations(before)
