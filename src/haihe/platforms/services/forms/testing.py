"""Forms for tests, here and a storey higher."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from django.test import Client

from haihe.base.accounts.api import Actor, actor_for, seal_id_number
from haihe.base.accounts.models import Membership, User
from haihe.base.keys import api as keys
from haihe.city import cast
from haihe.platforms.services.forms.definition import Form, parse
from haihe.platforms.services.forms.fields import Prefill
from haihe.platforms.services.forms.operations.uploading import Arrived
from haihe.platforms.services.forms.parts import Text
from haihe.platforms.services.forms.ports import (
    PHONE,
    WINDOW,
    Application,
    Asking,
    DataAnswer,
    DataQuestion,
    Known,
    NotReceived,
    Offer,
    PaperAsking,
    PaperNote,
    Party,
    Proof,
    Question,
    Received,
    ScannerAway,
    Verdict,
)
from haihe.platforms.services.forms.shelf import SealedFile

TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
SINCE = datetime(2025, 1, 1, tzinfo=UTC)
BOTH = frozenset({PHONE, WINDOW})


def field(name: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    """Return a field as an item's file has it."""
    return {"name": name, "type": kind, "label": {"zh": f"栏目 {name}", "en": name}} | more


def form_of(*fields: Mapping[str, Any], sections: tuple[Any, ...] = ()) -> Form:
    """Return a form of these fields, with shared sections around them."""
    return parse({"sections": list(sections), "fields": list(fields)})


SLUG = "test-item"
AUTHORITY = cast.HOUSING_FUND_CENTRE
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def offer_of(form: Form, *, slug: str = SLUG, version: int = 1, channels: frozenset[str] = BOTH) -> Offer:
    """Return an item that has this form."""
    return Offer(
        slug=slug,
        version=version,
        authority=AUTHORITY,
        name=Text(zh="试办事项", en="An item to try"),
        summary=Text(zh="用来试的事项。", en="An item for tests."),
        form=form,
        channels=channels,
        questions=(
            Question(
                Text(zh="您住在本市吗？", en="Do you live in the city?"),
                needed=True,
                otherwise=Text(zh="请到居住地办理。", en="Apply where you live."),
            ),
        ),
        papers=(PaperNote(Text(zh="身份证", en="ID card"), Text(zh="出示即可。", en="Shown."), is_spared=False),),
        conditions=(Text(zh="年满 18 周岁", en="Aged 18 or more"),),
        hotline="12345",
    )


@dataclass
class ListedOffers:
    """The items a test knows."""

    listed: dict[str, Offer] = dataclass_field(default_factory=dict)

    def offer(self, slug: str, *, on: date) -> Offer | None:
        return self.listed.get(slug)

    def offers(self, authority: str, *, on: date) -> tuple[Offer, ...]:
        return tuple(one for one in self.listed.values() if one.authority == authority)


@dataclass
class NotedReceiver:
    """Takes applications and remembers them; refuses with `refusal` where there is one."""

    taken: list[Application] = dataclass_field(default_factory=list)
    refusal: str = ""

    def __call__(self, application: Application, actor: Actor, now: datetime) -> Received:
        if self.refusal:
            raise NotReceived(self.refusal)
        self.taken.append(application)
        return Received(f"TST-20261126-{len(self.taken):06d}", "/services/")


@dataclass
class ScriptedScanner:
    """Finds a virus in what holds the word, and is away if told so."""

    word: bytes = b"VIRUS"
    is_away: bool = False

    def scan(self, pieces: Iterable[bytes]) -> Verdict:
        if self.is_away:
            raise ScannerAway("switched off")
        return Verdict.INFECTED if self.word in b"".join(pieces) else Verdict.CLEAN


@dataclass
class ListedPrefiller:
    """Registers of which the test says what they hold; remembers whom it was asked about."""

    known: dict[str, Known] = dataclass_field(default_factory=dict)
    asked: list[tuple[str, ...]] = dataclass_field(default_factory=list)

    def would_ask(
        self, wanted: Mapping[str, Prefill], *, authority: str, item: str, now: datetime
    ) -> tuple[Asking, ...]:
        fields = tuple(name for name in wanted if name in self.known)
        return (Asking("天津市民政局", "社会救助对象信息", ("家庭人口",), fields, "依据"),) if fields else ()

    def ask(
        self,
        wanted: Mapping[str, Prefill],
        *,
        authority: str,
        item: str,
        id_number: str,
        name: str,
        case: str,
        now: datetime,
    ) -> Mapping[str, Known]:
        self.asked.append(tuple(wanted))
        return {name: known for name, known in self.known.items() if name in wanted}


@dataclass
class ListedProver:
    """Registers that say of papers what the test says; away where it says nothing. `asked`: service, whom, case."""

    says: dict[str, str] = dataclass_field(default_factory=dict)
    is_granted: bool = True
    asked: list[tuple[str, str, str]] = dataclass_field(default_factory=list)

    def would_ask(
        self, questions: Mapping[str, DataQuestion], *, authority: str, now: datetime
    ) -> Mapping[str, PaperAsking]:
        named = {
            paper: PaperAsking(paper, "天津市民政局", str(q.asks), "条例第二十条") for paper, q in questions.items()
        }
        return named if self.is_granted else {}

    def ask(self, question: DataQuestion, *, authority: str, whom: Party, case: str) -> DataAnswer | None:
        self.asked.append((question.service, whom.number, case))
        answer = self.says.get(question.service)
        return DataAnswer(answer, "天津市民政局", NOW, str(uuid4())) if answer else None


@dataclass
class ListedRelations:
    """A register of who may act for whom: (relation, who, for whom) that holds. `asked` are the pairs it was asked."""

    holding: set[tuple[str, str, str]] = dataclass_field(default_factory=set)
    is_away: bool = False
    asked: list[tuple[str, str, str]] = dataclass_field(default_factory=list)

    def ask(
        self, relation: str, *, acts: Party, for_whom: Party, authority: str, item: str, case: str, now: datetime
    ) -> Proof | None:
        pair = (relation, acts.number, for_whom.number)
        self.asked.append(pair)
        return None if self.is_away else Proof(pair in self.holding, "天津市公安局", now, str(uuid4()))


def arrived(data: bytes, name: str = "租赁合同.png") -> Arrived:
    """Lay a file on the shelf as it would arrive from a browser."""
    upload = uuid4()
    file = SealedFile(upload)
    file.write(data)
    file.close()
    return Arrived(upload, name, len(data))


def signed_in(client: Client, username: str) -> Client:
    """Sign a person of the cast in, with an account made for the occasion, and return the client."""
    client.force_login(account_of(username))
    return client


def account_of(username: str) -> User:
    person = cast.person(username)
    user, is_new = User.objects.get_or_create(username=username, defaults={"name": person.name})
    if is_new:
        if person.id_number:
            seal_id_number(user, person.id_number, keyring=keys.keyring())
            user.save()
        for role, organisation in person.memberships:
            Membership.objects.create(user=user, role=role, organisation=organisation, valid_from=SINCE)
    return user


def actor(username: str) -> Actor:
    """Return the person of the cast, with an account."""
    account_of(username)
    return actor_for(username)
