"""Registers that know a value already, or who may act for whom: asked through the gateway, under the grants of the
authority whose form it is, and for that item alone. The gateway writes each use down before it answers.

Nothing here stops anybody: a missing grant, a register that is away or a person whom it doesn't know leave the field
to be typed and the paper to be brought.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.city import api as city
from haihe.client import Haihe, HaiheError, NoAnswer, Proxied, Queried, QueryAnswer
from haihe.data.catalogue import api as catalogue
from haihe.data.sharing import api as sharing
from haihe.data.sharing.api import GrantInfo, ServiceInfo
from haihe.platforms.services.forms.errors import FormsError
from haihe.platforms.services.forms.fields import Prefill
from haihe.platforms.services.forms.ports import Asking, Known, Party, PartyKind, Proof
from haihe.platforms.services.forms.relating import Rule, rules

logger = logging.getLogger(__name__)

type Said = Queried | Proxied
_QUERY: Final = "QUERY"
_PROXY: Final = "PROXY"
_WHOLE: Final = "none"


@dataclass(frozen=True, slots=True)
class Way:
    """A grant in force, and the service that it opens; `items` are those that are given whole."""

    service: ServiceInfo
    grant: GrantInfo
    register: str
    title: str

    @property
    def items(self) -> frozenset[str]:
        return frozenset(name for name in self.grant.fields if self.service.masks.get(name, {}).get("mask") == _WHOLE)

    def leads_to(self, resource: str, items: Iterable[str], *, service: str = "") -> bool:
        is_it = resource in (self.service.resource, self.register) and service in ("", self.service.slug)
        return is_it and set(items) <= self.items


def platform_of(organisation: str) -> Haihe:
    """Return the gateway's client that signs as the organisation's platform. Raises: QuestionRefused."""
    return sharing.gateway_verifier().asking_for(organisation)


def ways(authority: str, item: str, *, now: datetime) -> list[Way]:
    """Return by which grants an authority may ask for an item about one person today, the newest first."""
    found = []
    for grant in sharing.grants_of(authority):
        if not (grant.fields and grant.item == item and is_in_force(grant, now)):
            continue
        service = sharing.service(grant.service)
        if service is None or not service.enabled or service.kind not in (_QUERY, _PROXY):
            continue
        entry = catalogue.resource(service.resource)
        title = entry.title if entry else ""
        found.append(Way(service, grant, f"{service.owner}/{title}", title))
    return found


def is_in_force(grant: GrantInfo, now: datetime) -> bool:
    return grant.state == "ACTIVE" and grant.form == "SERVICE" and grant.valid_from <= now < grant.valid_until


@dataclass(frozen=True, slots=True)
class GatewayRegisters:
    """Fills in what registers know of the person who applies."""

    asking_for: Callable[[str], Haihe]

    def would_ask(
        self, wanted: Mapping[str, Prefill], *, authority: str, item: str, now: datetime
    ) -> tuple[Asking, ...]:
        return tuple(
            Asking(
                source=name_of_organisation(way.service.owner),
                register=way.title,
                items=tuple(title for name, title in way.service.fields if name in items.values()),
                fields=tuple(items),
                legal_basis=way.grant.legal_basis,
            )
            for way, items in _plan(wanted, ways(authority, item, now=now))
        )

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
        known: dict[str, Known] = {}
        whom = Party(PartyKind.PERSON, name, id_number)
        for way, items in _plan(wanted, ways(authority, item, now=now)):
            try:
                said = _asked(self.asking_for, way, items.values(), authority, whom, case)
            except _Silent:
                break
            if said is not None:
                known |= _known(way, items, wanted, said)
        return known


class _Silent(Exception):
    """The gateway itself doesn't answer: the next question would wait as long."""


def _plan(wanted: Mapping[str, Prefill], open_ways: list[Way]) -> list[tuple[Way, dict[str, str]]]:
    """Return what to ask by which way: for each, the register's items by the form's fields.

    The way that answers most is asked first, of equals the newest grant's: each question is a use of somebody's data.
    """
    left, planned = dict(wanted), []
    while left:
        answers = [(way, _answered(way, left)) for way in open_ways]
        way, items = max(answers, key=lambda each: len(each[1]), default=(None, {}))
        if way is None or not items:
            break
        planned.append((way, items))
        left = {field: prefill for field, prefill in left.items() if field not in items}
    return planned


def _answered(way: Way, wanted: Mapping[str, Prefill]) -> dict[str, str]:
    return {
        field: one.item for field, one in wanted.items() if way.leads_to(one.resource, (one.item,), service=one.service)
    }


def _asked(
    asking_for: Callable[[str], Haihe], way: Way, items: Iterable[str], authority: str, whom: Party, case: str
) -> Said | None:
    """Return what the register says of a person it knows; None for all else. Raises: _Silent."""
    fields, purpose = sorted(set(items)), way.grant.purposes[0]
    try:
        haihe = asking_for(authority)
        if way.service.kind == _PROXY:
            said: Said = haihe.proxy(way.service.slug, whom.number, fields=fields, purpose=purpose, case=case)
        else:
            said = haihe.query(
                way.service.slug, whom.number, fields=fields, purpose=purpose, case=case, name=whom.name or None
            )
    except NoAnswer as away:
        logger.warning("asking %s for a form failed with %s", way.service.slug, type(away).__name__)
        raise _Silent from None
    except (HaiheError, sharing.QuestionRefused) as refused:
        # The type only: an exception's text could quote the question.
        logger.warning("asking %s for a form failed with %s", way.service.slug, type(refused).__name__)
        return None
    return said if said.answer is QueryAnswer.FOUND else None


def _known(way: Way, items: Mapping[str, str], wanted: Mapping[str, Prefill], said: Said) -> dict[str, Known]:
    source, found = name_of_organisation(way.service.owner), {}
    for field, item in items.items():
        words = wanted[field].values
        value = said.values.get(item)
        value = words.get(str(value)) if words else value
        if value is not None:
            found[field] = Known(value, source, said.as_of, said.evidence)
    return found


def name_of_organisation(organisation: str) -> str:
    found = city.organisation(organisation)
    return found.name if found else organisation


def report_to_source(*, actor: Actor, evidence: str, statement: str, now: datetime) -> str:
    """Open a correction at the source, under its legal clock. Raises: FormsError."""
    try:
        return sharing.open_correction(actor, evidence, statement, now)
    except sharing.AlreadyOpen as earlier:
        return earlier.number
    except sharing.NotFound:
        raise FormsError(_("这次查询的记录正在入账，请几秒钟后再提交。")) from None
    except sharing.SharingError as wrong:
        raise FormsError(wrong.message) from wrong


@dataclass(frozen=True, slots=True)
class GatewayRelations:
    """Asks the registers that `relations.toml` names whether somebody may act for another."""

    asking_for: Callable[[str], Haihe]

    def ask(
        self, relation: str, *, acts: Party, for_whom: Party, authority: str, item: str, case: str, now: datetime
    ) -> Proof | None:
        rule = rules().get(relation)
        if rule is None:
            return None
        way = next((one for one in ways(authority, item, now=now) if one.leads_to(rule.resource, rule.items)), None)
        if way is None:
            return None
        try:
            return self._proof(rule, way, acts, for_whom, authority, case)
        except _Silent:
            return None

    def _proof(self, rule: Rule, way: Way, acts: Party, for_whom: Party, authority: str, case: str) -> Proof | None:
        said = _asked(self.asking_for, way, rule.items, authority, acts, case)
        if said is None:
            return None
        if rule.number:
            return _proof(way, said, holds=said.values.get(rule.number) == for_whom.number)
        other = _asked(self.asking_for, way, rule.items, authority, for_whom, case)
        return _proof(way, other, holds=rule.holds(said.values, other.values)) if other else None


def _proof(way: Way, said: Said, *, holds: bool) -> Proof:
    return Proof(holds, name_of_organisation(way.service.owner), said.as_of, said.evidence)
