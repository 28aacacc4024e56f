"""The time line of a case can't be rewritten, not even by SQL."""

import pytest
from django.db import IntegrityError, transaction

from haihe.kernel.answers import Answer
from haihe.platforms.services.models import Case, CaseEvent, ProvenBy, Verification
from haihe.platforms.services.testing import asked, says, unreachable

pytestmark = pytest.mark.django_db


def test_an_event_can_be_neither_changed_nor_removed() -> None:
    asked("liu", says(Answer.MATCH))
    event = CaseEvent.objects.all()[:1].get()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        CaseEvent.objects.filter(pk=event.pk).update(actor_name="别人")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        event.delete()


def test_savings_without_evidence_are_refused_by_the_database() -> None:
    number = asked("liu", unreachable())
    with pytest.raises(IntegrityError, match="case_evidence_per_saved_paper"), transaction.atomic():
        Case.objects.filter(number=number).update(papers_saved=1)
    with pytest.raises(IntegrityError, match="case_trip_saved"), transaction.atomic():
        Case.objects.filter(number=number).update(trips_saved=1)
    with pytest.raises(IntegrityError, match="verification_proven_by_match"), transaction.atomic():
        Verification.objects.update(proven_by=ProvenBy.EVIDENCE)


def test_a_refusal_without_a_person_and_a_reason_is_refused_by_the_database() -> None:
    number = asked("zhang", says(Answer.NO_MATCH))
    event = CaseEvent.objects.filter(case__number=number)[:1].get()
    with pytest.raises(IntegrityError, match="case_refused_by_a_person"), transaction.atomic():
        Case.objects.filter(number=number).update(state="DECLINED", decided_at=event.at, closed_at=event.at)
