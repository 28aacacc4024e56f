"""Under whom a case is filed: the one whose matter it is, with whoever acts in their place beside them."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from haihe.base.keys import api as keys
from haihe.kernel.identifiers import IdentifierError, parse_credit_code, parse_id_number
from haihe.kernel.masking import mask_id_number, mask_name
from haihe.kernel.text import normalise
from haihe.platforms.services.errors import InputRefused
from haihe.platforms.services.models import Case, SubjectKind

LONGEST_NAME: Final = 50
_LONGEST_MASKED: Final = 64
_LONGEST_COMPANY: Final = 120


@dataclass(frozen=True, slots=True)
class ActedFor:
    """Whose matter it is, where that isn't whoever applies.

    `relation` is FAMILY, GUARDIAN, AGENT, LEGAL_REPRESENTATIVE or ORGANISATION_AGENT; `rests_on` what lets them act;
    `head` the identity number of a company's legal representative, where an agent acts.
    """

    kind: SubjectKind
    name: str
    number: str
    relation: str
    rests_on: str = ""
    head: str = ""


@dataclass(frozen=True, slots=True)
class Filed:
    """Where a case is filed. `id_number` and `name` are those that data is asked about."""

    subject_key: bytes
    id_number: str
    name: str
    subject_kind: SubjectKind
    masked_name: str
    masked_number: str
    company: str = ""
    actor_key: bytes | None = None
    actor_masked_name: str = ""
    relation: str = ""
    rests_on: str = ""
    representative_key: bytes | None = None

    def put_into(self, case: Case) -> None:
        """Fill the case's columns."""
        case.subject_key, case.subject_kind = self.subject_key, self.subject_kind
        case.masked_name, case.masked_id_number = self.masked_name, self.masked_number
        case.on_behalf_of = self.company
        case.actor_key, case.actor_masked_name = self.actor_key, self.actor_masked_name
        case.relation, case.rests_on = self.relation, self.rests_on
        case.representative_key = self.representative_key


def filed(id_number: str, name: str, acted_for: ActedFor | None) -> Filed:
    """Return where the case of an application belongs. Raises: InputRefused."""
    number, told = _number(id_number, "id_number"), _name(name)
    acts = keys.keyring().subject_key(number)
    if acted_for is None:
        return Filed(acts, number, told, SubjectKind.PERSON, mask_name(told), mask_id_number(number))
    if acted_for.kind == SubjectKind.PERSON:
        return _of_person(acted_for, acts, told)
    return _of_company(acted_for, acts, number, told)


def _of_person(acted_for: ActedFor, acts: bytes, actor_name: str) -> Filed:
    number, name = _number(acted_for.number, "applicant_id_number"), _name(acted_for.name)
    return Filed(
        subject_key=keys.keyring().subject_key(number),
        id_number=number,
        name=name,
        subject_kind=SubjectKind.PERSON,
        masked_name=mask_name(name),
        masked_number=mask_id_number(number),
        actor_key=acts,
        actor_masked_name=mask_name(actor_name),
        relation=acted_for.relation,
        rests_on=acted_for.rests_on,
    )


def _of_company(acted_for: ActedFor, acts: bytes, number: str, name: str) -> Filed:
    """A company is public, so its name and code are; data is asked about the person who acts."""
    try:
        code = str(parse_credit_code(acted_for.number))
    except IdentifierError as wrong:
        raise InputRefused("credit_code", wrong.message_zh) from wrong
    ring, company = keys.keyring(), normalise(acted_for.name)
    head = ring.subject_key(_number(acted_for.head, "legal_representative_id_number")) if acted_for.head else None
    return Filed(
        subject_key=ring.subject_key(code),
        id_number=number,
        name=name,
        subject_kind=SubjectKind.ORGANISATION,
        masked_name=company[:_LONGEST_MASKED],
        masked_number=code,
        company=company[:_LONGEST_COMPANY],
        actor_key=acts,
        actor_masked_name=mask_name(name),
        relation=acted_for.relation,
        rests_on=acted_for.rests_on,
        representative_key=None if head == acts else head,
    )


def _number(text: str, field: str) -> str:
    try:
        return parse_id_number(text).value
    except IdentifierError as wrong:
        raise InputRefused(field, wrong.message_zh) from wrong


def _name(text: str) -> str:
    name = normalise(text)
    if not 0 < len(name) <= LONGEST_NAME:
        raise InputRefused("name", _("请填写身份证上的姓名。"))
    return name
