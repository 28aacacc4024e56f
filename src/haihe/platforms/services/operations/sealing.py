"""What a case keeps of a person, sealed under the case's own number."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from haihe.base.keys import api as keys
from haihe.platforms.services.forms.api import Known
from haihe.platforms.services.models import Case

if TYPE_CHECKING:
    from haihe.platforms.services.operations.opening import Application


def seal_applicant(number: str, id_number: str, name: str) -> bytes:
    plain = json.dumps({"id_number": id_number, "name": name}, ensure_ascii=False).encode()
    return keys.keyring().seal(plain, context=f"case:{number}")


def open_applicant(case: Case) -> tuple[str, str]:
    """Return identity number and name of the applicant, to put them into a question; never to show or log them."""
    kept = json.loads(keys.keyring().open(bytes(case.sealed_applicant), context=f"case:{case.number}"))
    return kept["id_number"], kept["name"]


def seal_form(number: str, application: "Application") -> bytes | None:
    """Seal what was filled in; None where there was no form but the person's name and an amount."""
    if not (application.values or application.uploads):
        return None
    return seal_said(number, application.values, application.uploads, application.registered)


def seal_said(
    number: str, values: Mapping[str, Any], uploads: Mapping[str, str], registered: Mapping[str, Known]
) -> bytes:
    """Seal values, the names of files, and what registers say otherwise, as the form of a case."""
    kept = {
        "values": dict(values),
        "uploads": dict(uploads),
        "registered": {name: asdict(known) for name, known in registered.items()},
    }
    plain = json.dumps(kept, ensure_ascii=False, default=str).encode()
    return keys.keyring().seal(plain, context=f"case-form:{number}")


def open_form(case: Case) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the values and the names of the files, for those who may read the case; never to log."""
    return open_said(case, bytes(case.sealed_form) if case.sealed_form is not None else None)


def open_said(case: Case, sealed: bytes | None) -> tuple[dict[str, Any], dict[str, str]]:
    """Open one version of what the case's form said."""
    if sealed is None:
        return {}, {}
    kept = json.loads(keys.keyring().open(sealed, context=f"case-form:{case.number}"))
    return kept["values"], kept["uploads"]


def open_registered(case: Case) -> dict[str, Known]:
    """Return what registers said, by field, where the applicant says something else; never to log."""
    if case.sealed_form is None:
        return {}
    kept = json.loads(keys.keyring().open(bytes(case.sealed_form), context=f"case-form:{case.number}"))
    return {name: _known(told) for name, told in kept.get("registered", {}).items()}


def _known(told: Mapping[str, Any]) -> Known:
    as_of = datetime.fromisoformat(told["as_of"]) if told["as_of"] else None
    return Known(told["value"], told["source"], as_of, told["evidence"])


def reseal(case: Case, number: str) -> tuple[bytes, bytes | None]:
    """Return what the case keeps of applicant and form, sealed for the case that takes its place."""
    ring = keys.keyring()
    applicant = ring.open(bytes(case.sealed_applicant), context=f"case:{case.number}")
    form = ring.open(bytes(case.sealed_form), context=f"case-form:{case.number}") if case.sealed_form else None
    return (
        ring.seal(applicant, context=f"case:{number}"),
        ring.seal(form, context=f"case-form:{number}") if form is not None else None,
    )
