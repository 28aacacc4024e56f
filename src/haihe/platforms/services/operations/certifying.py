"""Between cases and certificates: what a case decides is issued, what an applicant holds stands for papers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone, translation

from haihe.base.accounts.api import SYSTEM, Actor, Role
from haihe.base.keys import api as keys
from haihe.kernel.identifiers import IdentifierError, make_credit_code, parse_credit_code, parse_id_number
from haihe.kernel.process import conditions
from haihe.platforms.services.certificates import api as certificates
from haihe.platforms.services.certificates.api import CertificateInfo, CertificateKind, Holder, HolderKind, HolderSource
from haihe.platforms.services.errors import NotNow
from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.items.api import ItemDefinition, Proof
from haihe.platforms.services.models import Case, Company
from haihe.platforms.services.operations.sealing import open_applicant, open_form
from haihe.platforms.services.process_files import plain_value

_MEMBERS: Final = "company_members"
_REPRESENTATIVE: Final = "REPRESENTATIVE"
_ROWS: Final = "@rows:"


def issue_result(case: Case, *, actor: Actor, now: datetime) -> tuple[CertificateInfo, ...]:
    """Issue the certificate that is the result of the case's item, to each of its holders, in this transaction.

    Nothing where the item's result is none, or where a case kept no form. Raises: NotNow, told to whoever delivers.
    """
    kind = certificates.kind_for_item(case.item_slug)
    if kind is None or case.sealed_form is None:
        return ()
    form = _Form.of(case, kind, now)
    officer = actor if actor.organisations(Role.CLERK, Role.APPROVER) & {kind.issuer} else SYSTEM
    try:
        return tuple(
            certificates.issue(
                actor=officer,
                kind=kind.slug,
                holder=holder,
                fields=form.fields(other=other),
                case_number=case.number,
                valid_until=form.valid_until(),
                now=now,
            )
            for holder, other in form.holders()
        )
    except certificates.CertificatesError as refused:
        raise NotNow(refused.message) from refused


def end_certificates(case: Case, credit_code: str, *, now: datetime) -> int:
    """Cancel all that a body held which the case struck off; return how many they were."""
    try:
        key = keys.keyring().subject_key(parse_credit_code(credit_code))
    except IdentifierError:
        return 0
    return certificates.cancel_all_of(subject_key=key, case_number=case.number, now=now)


def note_certificates(case: Case, item: ItemDefinition, values: Mapping[str, object], now: datetime) -> None:
    """Write down which of the applicant's certificates stand for papers of a case that is being opened."""
    papers = [
        paper.slug
        for paper in item.papers
        if paper.proof is Proof.CERTIFICATE
        and certificates.kinds_for_paper(paper.slug)
        and _applies(paper.when, values)
    ]
    if papers:
        certificates.note_uses(
            case_number=case.number,
            organisation=case.organisation,
            papers=papers,
            subject_key=bytes(case.subject_key),
            now=now,
        )


def lapsed_papers(case: Case, *, now: datetime) -> list[str]:
    """Look again at what stood for papers; return the names of those for which nothing stands any more."""
    item = case.item.definition
    lapsed = certificates.check_again(
        case_number=case.number,
        organisation=case.organisation,
        subject_key=bytes(case.subject_key),
        now=now,
    )
    return [str(item.paper(use.paper).name) for use in lapsed]


def _applies(when: str, values: Mapping[str, object]) -> bool:
    return not when or conditions.parse(when).holds({name: plain_value(value) for name, value in values.items()})


@dataclass(frozen=True, slots=True)
class _Form:
    """What a case's form says, as a kind asks for it."""

    case: Case
    kind: CertificateKind
    values: Mapping[str, Any]
    said: Callable[[str], str]
    today: date

    @classmethod
    def of(cls, case: Case, kind: CertificateKind, now: datetime) -> "_Form":
        values, _uploads = open_form(case)
        definition = case.item.definition.form
        known = {field.name: field for field in forms.parse(definition).fields} if definition else {}

        def said(name: str) -> str:
            # A certificate is official: its words are Chinese, whoever delivers the case.
            with translation.override("zh-hans"):
                field = known.get(name)
                return forms.said(field, values[name], masked=False) if field else str(values[name])

        return cls(case, kind, values, said, timezone.localdate(now))

    def holders(self) -> Iterator[tuple[Holder, str]]:
        """Give each holder with the name of the other one, where there are two."""
        found = [holder for source in self.kind.held_by if (holder := self._holder(source))]
        for place, holder in enumerate(found):
            yield holder, found[1 - place].name if len(found) == 2 else ""

    def fields(self, *, other: str) -> dict[str, str]:
        return {field.name: self._first(field.source, other=other) for field in self.kind.fields}

    def valid_until(self) -> date | None:
        told = str(self.values.get(self.kind.until) or "")
        return date.fromisoformat(told[:10]) if told else None

    def _holder(self, source: HolderSource) -> Holder | None:
        name, number = self._first(source.name), self._number(self._first(source.number))
        if self.kind.holder is HolderKind.PERSON and source.name == ("applicant_name",):
            id_number, told = open_applicant(self.case)
            name, number = name or told, number or id_number
        return Holder(name, number, self._keeper(number)) if name else None

    def _number(self, told: str) -> str:
        """Return the number as registers have it; a foreign one as it was written."""
        read = parse_id_number if self.kind.holder is HolderKind.PERSON else parse_credit_code
        try:
            found = read(told)
        except IdentifierError:
            return told.strip().upper()
        return found if isinstance(found, str) else found.value

    def _keeper(self, number: str) -> bytes | None:
        """Return in whose wallet it lies: the head of a body, else whose matter it is; a person has it themselves."""
        if self.kind.holder is HolderKind.PERSON and number:
            return None
        case = self.case
        head = str(self._member().get("id_number") or "")
        if head:
            return keys.keyring().subject_key(self._id_number(head))
        return bytes(case.representative_key or case.actor_key or case.subject_key)

    def _id_number(self, told: str) -> str:
        try:
            return parse_id_number(told).value
        except IdentifierError:
            return told

    def _first(self, sources: tuple[str, ...], *, other: str = "") -> str:
        told = (self._special(source, other) if source.startswith("@") else self._plain(source) for source in sources)
        return next((value for value in told if value), "")

    def _plain(self, name: str) -> str:
        return self.said(name) if self.values.get(name) not in (None, "", [], ()) else ""

    def _special(self, source: str, other: str) -> str:
        if source.startswith(_ROWS):
            rows = self.values.get(source.removeprefix(_ROWS))
            return str(len(rows)) if isinstance(rows, list) and rows else ""
        return {
            "@other": other,
            "@decided_on": self.today.isoformat(),
            "@credit_code": self._code(),
            "@company_name": self._company_name(),
            "@representative": str(self._member().get("name") or ""),
        }[source]

    def _code(self) -> str:
        """Return the code of the body that the case registers, if it does."""
        company = self._company()
        if company:
            return company.credit_code
        begins = self.kind.mints.get(self.case.item_slug)
        return make_credit_code(begins, self.case.pk) if begins else ""

    def _company_name(self) -> str:
        company = self._company()
        return company.name if company else ""

    def _company(self) -> Company | None:
        return Company.objects.filter(case=self.case).first()

    def _member(self) -> Mapping[str, Any]:
        """Return the legal representative among the members of a company."""
        rows = self.values.get(_MEMBERS)
        told = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        return next((row for row in told if row.get("role") == _REPRESENTATIVE), {})
