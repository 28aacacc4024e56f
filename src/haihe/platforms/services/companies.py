"""Programs of the processes in which a company is opened in a day and closed: they ask, register and tell, each once.

A program may be run again for the same step after a crash; what it did the first time, it finds the second.
"""

from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from haihe.base.accounts.api import SYSTEM
from haihe.base.outbox import api as outbox
from haihe.base.processes import api as processes
from haihe.base.processes.api import Answer, Work
from haihe.city import api as city
from haihe.kernel.calendar import WorkCalendar
from haihe.kernel.identifiers import IdentifierError, make_credit_code, parse_credit_code, parse_id_number
from haihe.kernel.text import normalise
from haihe.platforms.services.models import Case, Company
from haihe.platforms.services.operations.certifying import end_certificates, issue_result
from haihe.platforms.services.operations.sealing import open_form
from haihe.platforms.services.workflow import REFUSED, UNDECIDED, CaseState

REGISTERED: Final = "services.company_registered"
"""Announced once for each company: the statistics bureau's register of businesses begins with it."""
_COMPANY_PREFIX: Final = "91120000"
"""An enterprise (9), a company (1), registered by the city's own office."""
_MOST_MEMBERS: Final = 200
_GIVEN_UP: Final = (*REFUSED, CaseState.WITHDRAWN)


def check_company(work: Work) -> Answer:
    """Say whether name, address and persons hold: the clerk who registers sees what doesn't."""
    case = _case(work)
    values, _uploads = open_form(case)
    name = _name(values)
    findings = {
        "name_free": _reserved(name, case, values),
        "address_known": _is_known_address(values),
        "persons_known": _are_known_persons(values),
    }
    return Answer("clear" if all(findings.values()) else "doubtful", findings)


@transaction.atomic
def issue_licence(work: Work) -> Answer:
    """Register the company under a code of its own and the name that was kept for it, and issue its licence."""
    company = Company.objects.select_for_update().get(case=_case(work))
    if company.registered_at is None:
        company.registered_at = timezone.now()
        company.save(update_fields=["registered_at"])
    issue_result(company.case, actor=SYSTEM, now=timezone.now())
    return Answer(values={"credit_code": company.credit_code})


def register_tax(work: Work) -> Answer:
    """Take the company over into the tax register; a doubtful name or address is looked at by a person."""
    is_clear = work.data.get("address_known") is True and work.data.get("name_free") is True
    return Answer("registered" if is_clear else "doubtful")


def reserve_bank(work: Work) -> Answer:
    """Reserve an appointment at the bank on the next working day."""
    company = Company.objects.get(case=_case(work))
    day = WorkCalendar().add_working_days(timezone.localdate(company.registered_at or timezone.now()), 1)
    return Answer(values={"bank_day": day.isoformat()})


@transaction.atomic
def tell_statistics(work: Work) -> Answer:
    """Announce the registration, once."""
    company = Company.objects.select_for_update().get(case=_case(work))
    if company.told_at is None:
        company.told_at = timezone.now()
        company.save(update_fields=["told_at"])
        outbox.announce(
            REGISTERED,
            {"credit_code": company.credit_code, "name": company.name, "division": company.division},
        )
    return Answer()


def check_debts(work: Work) -> Answer:
    """Say whether the company has anything open with us: debts that it names, or cases in its name."""
    case = _case(work)
    values, _uploads = open_form(case)
    company = _company_of(values)
    name = company.name if company else _name(values)
    open_cases = Case.objects.filter(on_behalf_of=name, state__in=UNDECIDED).exclude(pk=case.pk)
    owes = values.get("debts_left") not in (None, "", 0, "0", "0.00")
    return Answer("found" if owes or (name and open_cases.exists()) else "none")


@transaction.atomic
def strike_off(work: Work) -> Answer:
    """Note that the company is closed, and cancel what it held.

    One that was registered elsewhere is told so by the registration itself.
    """
    case = _case(work)
    values, _uploads = open_form(case)
    company = _company_of(values)
    end_certificates(case, str(values.get("credit_code") or ""), now=timezone.now())
    if company is not None and company.closed_at is None:
        company.closed_at, company.closed_by = timezone.now(), case
        company.save(update_fields=["closed_at", "closed_by"])
    return Answer()


PROGRAMS: Final[dict[str, processes.Program]] = {
    "services-check-company": check_company,
    "services-issue-licence": issue_licence,
    "services-register-tax": register_tax,
    "services-reserve-bank": reserve_bank,
    "services-tell-statistics": tell_statistics,
    "services-check-debts": check_debts,
    "services-strike-off": strike_off,
}


def _case(work: Work) -> Case:
    return Case.objects.select_related("item").get(process_case=work.case)


def _name(values: dict[str, Any]) -> str:
    return normalise(str(values.get("company_name") or values.get("organisation_name") or ""))[:120]


def _reserved(name: str, case: Case, values: dict[str, Any]) -> bool:
    """Keep the name for this case; False where a living company, or a case under way, has it."""
    if not name:
        return False
    Company.objects.filter(name=name, registered_at=None, case__state__in=_GIVEN_UP).delete()
    division = str(values.get("company_division") or "")[:12]
    try:
        with transaction.atomic():
            Company.objects.update_or_create(
                case=case,
                defaults={"name": name, "division": division},
                create_defaults={
                    "name": name,
                    "division": division,
                    "credit_code": make_credit_code(_COMPANY_PREFIX, case.pk),
                },
            )
    except IntegrityError:
        return False
    return True


def _is_known_address(values: dict[str, Any]) -> bool:
    code = str(values.get("company_division") or "")
    return bool(values.get("company_address")) and bool(code) and city.division(code) is not None


def _are_known_persons(values: dict[str, Any]) -> bool:
    members = values.get("company_members")
    rows = members if isinstance(members, list) else []
    numbers = [str(row.get("id_number") or "") for row in rows[:_MOST_MEMBERS] if isinstance(row, dict)]
    return bool(numbers) and all(_is_id_number(number) for number in numbers)


def _is_id_number(text: str) -> bool:
    try:
        parse_id_number(text)
    except IdentifierError:
        return False
    return True


def _company_of(values: dict[str, Any]) -> Company | None:
    try:
        code = parse_credit_code(str(values.get("credit_code") or ""))
    except IdentifierError:
        return None
    return Company.objects.filter(credit_code=code).first()
