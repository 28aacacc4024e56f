"""Anybody tries anything with what is delivered, disposed of, disputed and stopped; tables and clocks hold too."""

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from django.db import connection
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test

from haihe.data.catalogue import api as catalogue
from haihe.data.sharing import operations
from haihe.data.sharing.errors import SharingError
from haihe.data.sharing.models import Disposal, Dispute, Grant, Service, ServiceStop, SharingRequest
from haihe.data.sharing.operations.retiring import resource_retired
from haihe.data.sharing.queries.access import parts_on_dispute, parts_on_grant, parts_on_stop
from haihe.data.sharing.testing import cast_actor, disputed, planned_stop, to_be_disposed_of, to_be_handed_over
from haihe.data.sharing.tests.test_whatever_people_try import CALENDAR, Desk, choices, people, words
from haihe.data.sharing.workflow import GRANT, LIVE_GRANTS, OPEN_REQUESTS
from haihe.data.sharing.workflow_closing import DISPOSAL, DISPUTE, OPEN_STOPS, STOP
from haihe.kernel.workflow import Workflow

KINDS: dict[str, tuple[Any, Workflow, Any]] = {
    "grant": (Grant, GRANT, parts_on_grant),
    "disposal": (Disposal, DISPOSAL, lambda actor, row: parts_on_grant(actor, row.grant)),
    "dispute": (Dispute, DISPUTE, parts_on_dispute),
    "stop": (ServiceStop, STOP, parts_on_stop),
}
RELIEF = "120012/000001"
BACK = (
    *(("steward_mzj", "revise"), ("steward_mzj", "submit"), ("approver_mzj", "approve")),
    *(("steward_mzj", "submit_for_publication"), ("operator", "publish")),
)
kinds = st.sampled_from(sorted(KINDS))
MOVES = sorted({move.name for _, table, _ in KINDS.values() for move in table.moves})


class ClosingDesks(Desk):
    """A file to hand over, data to dispose of, a dispute and a stop, over some weeks."""

    @initialize()
    def begin(self) -> None:
        to_be_handed_over(now=self.now, purpose="A_FILE")
        to_be_disposed_of(now=self.now)
        disputed(now=self.now)
        planned_stop(now=self.now)

    @rule(kind=kinds, who=people, name=st.sampled_from(MOVES), said=words, choice=choices)
    def somebody_tries(self, kind: str, who: str, name: str, said: str, choice: int) -> None:
        model, table, parts_on = KINDS[kind]
        row = self.one(model.objects.order_by("pk"), choice)
        self.try_move(row, table, parts_on(cast_actor(who), row), who, name, said)

    @rule(kind=kinds, steps=st.lists(st.tuples(choices, choices), min_size=2, max_size=6))
    def it_goes_on(self, kind: str, steps: list[tuple[int, int]]) -> None:
        model, table, _ = KINDS[kind]
        for choice, way in steps:
            self.go_on(self.one(model.objects.order_by("pk"), choice), table, way)

    @rule()
    def the_entry_is_retired_and_comes_back(self) -> None:
        authority = cast_actor("operator")
        catalogue.move_resource(actor=authority, code=RELIEF, name="retire", now=self.now, words="职能调整")
        resource_retired(resource=RELIEF, reason="职能调整", now=self.now)
        assert not Service.objects.filter(enabled=True).exists()
        assert not Grant.objects.filter(state__in=LIVE_GRANTS).exists()
        assert not SharingRequest.objects.filter(state__in=OPEN_REQUESTS).exists()
        for who, name in BACK:
            catalogue.move_resource(actor=cast_actor(who), code=RELIEF, name=name, now=self.now)
        for slug in Service.objects.values_list("slug", flat=True):
            with suppress(SharingError):
                operations.start_service(actor=cast_actor("approver_mzj"), slug=slug, reason="重新提供", now=self.now)

    @invariant()
    def the_gateway_sees_neither_files_nor_what_is_not_delivered(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM gateway_grant")
            shown = {row[0] for row in cursor.fetchall()}
        for grant in Grant.objects.select_related("request"):
            assert (grant.id in shown) == (
                grant.request.form == "SERVICE" and grant.state not in {"PREPARING", "RECEIVING"}
            )

    @invariant()
    def no_clock_is_slower_than_its_ceiling(self) -> None:
        for ceiling, running in (
            (20, Grant.objects.filter(state__in=("PREPARING", "RECEIVING"))),
            (10, Disposal.objects.filter(state="DUE")),
            (20, Dispute.objects.filter(state="MEDIATING")),
            (1, ServiceStop.objects.filter(state="TO_FILE")),
        ):
            for row in running:
                assert isinstance(row.due_on, date)
                assert isinstance(row.clock_started_on, date)
                assert CALENDAR.working_days_between(row.clock_started_on, row.due_on) == row.clock_days <= ceiling

    @invariant()
    def a_service_rests_by_a_stop_that_is_on_record(self) -> None:
        for service in Service.objects.all():
            stop = service.stops.filter(state__in=OPEN_STOPS).first()
            assert service.enabled == (stop is None or not stop.is_off)

    @invariant()
    def what_is_decided_names_its_document_and_what_is_disposed_of_says_how(self) -> None:
        for dispute in Dispute.objects.filter(state="DECIDED"):
            assert dispute.document
        for disposal in Disposal.objects.filter(state="DONE"):
            assert disposal.method
            assert disposal.what
            assert disposal.disposed_on


@pytest.mark.django_db
def test_the_tables_hold() -> None:
    run_state_machine_as_test(ClosingDesks, settings=settings(max_examples=12, stateful_step_count=30, deadline=None))


def test_every_state_is_final_or_has_a_way_out_and_every_move_a_clause() -> None:
    for table in (GRANT, DISPOSAL, DISPUTE, STOP):
        assert set(table.final or ()) == table.terminal
        assert all(move.clause for move in table.moves)
