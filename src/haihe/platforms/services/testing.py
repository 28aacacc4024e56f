"""Cast, factories and fakes for tests of cases, here and a storey higher."""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from django.test import Client
from msgspec.structs import replace

from haihe.base.accounts.api import Actor, seal_id_number
from haihe.base.accounts.models import Membership, User
from haihe.base.keys import api as keys
from haihe.base.ledger import api as ledger
from haihe.base.ledger.testing import make_body
from haihe.base.processes import api as processes
from haihe.city import cast
from haihe.data.sharing import api as sharing
from haihe.kernel.answers import Answer, UnknownReason
from haihe.platforms.services import operations
from haihe.platforms.services.items.api import ItemDefinition, load_items, shipped
from haihe.platforms.services.models import Case, Channel
from haihe.platforms.services.operations import Application
from haihe.platforms.services.ports import Recorded

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ITEM = "housing-fund-relief-withdrawal"
PAPER = "relief-certificate"
RESOURCE = "120012/000001"


def actor(username: str) -> Actor:
    """Return the person of the cast as an actor, without an account behind it."""
    person = cast.person(username)
    key = keys.keyring().subject_key(person.id_number) if person.id_number else None
    return Actor(uuid.uuid5(uuid.NAMESPACE_OID, username), person.name, frozenset(person.memberships), key)


@dataclass
class ScriptedVerifier:
    """Answers what `script` returns or raises, and remembers what it was asked."""

    script: Callable[[str], Answer | tuple[Answer, UnknownReason] | Exception]
    asked: list[str] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)

    def verify(
        self,
        *,
        organisation: str,
        service: str,
        id_number: str,
        name: str,
        purpose: str,
        case: str,
        claim: str | None = None,
    ) -> sharing.VerificationAnswer:
        self.asked.append(case)
        said = self.script(id_number)
        if isinstance(said, Exception):
            raise said
        answer, reason = said if isinstance(said, tuple) else (said, None)
        self.evidence.append(str(uuid.uuid4()))
        return sharing.VerificationAnswer(
            answer=answer, as_of=NOW, evidence=self.evidence[-1], reason=reason, claim=claim or ""
        )


def says(answer: Answer, reason: UnknownReason | None = None) -> ScriptedVerifier:
    """Return a verifier that always answers the same; UNKNOWN without a reason is given one."""
    why = reason or UnknownReason.RECORD_IN_DOUBT
    return ScriptedVerifier(lambda _: (answer, why) if answer is Answer.UNKNOWN else answer)


def unreachable() -> ScriptedVerifier:
    return ScriptedVerifier(lambda _: sharing.SourceUnreachable())


@dataclass
class ListedTrace:
    """A ledger of which the test says what it holds."""

    found: tuple[Recorded, ...] = ()

    def find(self, *, subject_key: bytes, case: str, service: str, since: datetime) -> tuple[Recorded, ...]:
        return self.found


@dataclass
class NotedCorrections:
    """Takes corrections and remembers them."""

    opened: list[tuple[str, str]] = field(default_factory=list)

    def open(
        self, *, actor: Actor, evidence: str, statement: str, now: datetime, id_number: str = "", name: str = ""
    ) -> str:
        self.opened.append((evidence, statement))
        return f"C-{len(self.opened)}"


def application(username: str = "liu", *, channel: Channel = Channel.WINDOW, amount: str = "12000") -> Application:
    """Return the form for a citizen of the cast, filled in well."""
    person = cast.person(username)
    return Application(
        item=ITEM,
        id_number=person.id_number or "",
        name=person.name,
        amount_yuan=Decimal(amount),
        channel=channel,
        informed=True,
        token=uuid.uuid4(),
    )


def opened(username: str = "liu", *, channel: Channel = Channel.WINDOW, now: datetime = NOW) -> str:
    """Open a case for a citizen of the cast, at the window by the clerk or on their own phone."""
    who = actor("clerk_gjj" if channel == Channel.WINDOW else username)
    return operations.open_case(actor=who, application=application(username, channel=channel), now=now)


def asked(username: str, verifier: ScriptedVerifier, *, now: datetime = NOW) -> str:
    """Open a case and ask; return its number."""
    number = opened(username, now=now)
    operations.ask_data(number=number, verifier=verifier, trace=ListedTrace(), now=now)
    return number


def signed_in(client: Client, username: str) -> Client:
    """Sign a person of the cast in, with an account made for the occasion, and return the client."""
    who = actor(username)
    person = cast.person(username)
    user, is_new = User.objects.get_or_create(username=username, defaults={"id": who.user_id, "name": person.name})
    if is_new:
        if person.id_number:
            seal_id_number(user, person.id_number, keyring=keys.keyring())
            user.save()
        for role, organisation in person.memberships:
            Membership.objects.create(user=user, role=role, organisation=organisation)
    client.force_login(user)
    return client


def recorded(username: str, **changes: object) -> str:
    """Put one use of a citizen's data into the ledger, as the gateway would; return its evidence id."""
    about = {
        "at": "2026-11-23T02:00:00.000Z",
        "as_of": "2026-11-22T16:00:00.000Z",
        "case": "GJJ-20261123-000001",
        "legal_basis": "住房公积金管理条例 第25条",
        "subject": (actor(username).subject_key or b"").hex(),
    }
    body = make_body(**(about | changes))
    ledger.append([body])
    return str(json.loads(body)["evidence"])


def officer(role: str, organisation: str) -> Actor:
    """Return somebody who holds this role in this body, always the same."""
    name = f"{role}-{organisation}"
    return Actor(uuid.uuid5(uuid.NAMESPACE_OID, name), name, frozenset({(role, organisation)}))


def item_by(process: str, *, authority: str = "120029", asks: bool = False) -> ItemDefinition:
    """Keep an item that goes by this process and return it; with `asks` data is asked for one of its papers."""
    known = next(item for item in shipped() if item.slug == ITEM)
    papers = known.papers if asks else tuple(paper for paper in known.papers if paper.verify is None)
    item = replace(
        known,
        slug=f"test-{process}{'-asks' if asks else ''}",
        version=1,
        code=f"{authority}-GG-9999",
        case_prefix="TST",
        authority=authority,
        process=process,
        papers=papers,
        amount=None,
        promised_days=3,
        statutory_days=20,
    )
    load_items([item])
    return item


def application_for(
    item: ItemDefinition, username: str = "liu", *, channel: Channel = Channel.PHONE, **values: object
) -> Application:
    """Return the form of any item, filled in well by a citizen of the cast."""
    person = cast.person(username)
    return Application(
        item=item.slug,
        id_number=person.id_number or "",
        name=person.name,
        channel=channel,
        informed=True,
        token=uuid.uuid4(),
        values=values,
    )


def opened_by(process: str, username: str = "liu", *, now: datetime = NOW, **values: object) -> str:
    """Open a case that goes by this process, on the citizen's own phone; return its number."""
    form = application_for(item_by(process), username, channel=Channel.PHONE, **values)
    return operations.open_case(actor=actor(username), application=form, now=now)


def steps_of(number: str) -> dict[str, int]:
    """Return the open tasks of a case, each with its number."""
    process_case = Case.objects.get(number=number).process_case_id
    return {task.step: task.number for task in processes.open_tasks(case=process_case)} if process_case else {}


def take(
    number: str, step: str, choice: str = "", *, by: Actor | None = None, note: str = "写明的情况", now: datetime = NOW
) -> None:
    """Take an open step of a case, as a clerk of the body that handles it unless told otherwise."""
    who = by or officer("CLERK", Case.objects.get(number=number).organisation)
    operations.take_step(actor=who, number=number, step=steps_of(number)[step], choice=choice, note=note, now=now)
