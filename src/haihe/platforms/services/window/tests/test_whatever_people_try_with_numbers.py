"""Whatever clerks and visitors press, in any order: one number at a counter, each ended once, all by the table."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haihe.base.accounts.api import SIGNED_OUT
from haihe.platforms.services.window import operations
from haihe.platforms.services.window.errors import WindowError
from haihe.platforms.services.window.models import QueueEvent, QueueTicket
from haihe.platforms.services.window.testing import NOW, hall_of, seated, taken
from haihe.platforms.services.window.workflow import AT_A_COUNTER, ENDED, TICKET

pytestmark = pytest.mark.django_db

PRESSED = st.tuples(
    st.sampled_from(["take", "call", "call_again", "start", "miss", "pass_on", "finish", "leave", "come_back"]),
    st.integers(0, 1),
    st.integers(0, 3),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pressed=st.lists(PRESSED, max_size=25))
def test_numbers_move_by_the_table_and_by_nothing_else(pressed: list[tuple[str, int, int]]) -> None:
    with transaction.atomic():
        hall = hall_of()
        clerks = [seated(hall), seated(hall, "clerk_gjj", number=2)]
        tickets = [taken(hall)]
        for step, (name, clerk, which) in enumerate(pressed):
            now = NOW + timedelta(minutes=step)
            about_pk = tickets[which % len(tickets)].pk
            with suppress(WindowError), transaction.atomic():
                if name == "take":
                    tickets.append(taken(hall, now=now))
                elif name == "call":
                    operations.call_next(actor=clerks[clerk], now=now)
                elif name == "pass_on":
                    operations.pass_on(actor=clerks[clerk], ticket_id=about_pk, counter_number=None, now=now)
                elif name in ("leave", "come_back"):
                    getattr(operations, name)(actor=SIGNED_OUT, ticket_id=about_pk, now=now)
                else:
                    getattr(operations, name)(actor=clerks[clerk], ticket_id=about_pk, now=now)
        _hold(tickets)
        transaction.set_rollback(True)


def _hold(tickets: list[QueueTicket]) -> None:
    rows = list(QueueTicket.objects.filter(pk__in=[ticket.pk for ticket in tickets]))
    at_counters = [row.counter_id for row in rows if row.state in AT_A_COUNTER]
    assert len(at_counters) == len(set(at_counters))
    for row in rows:
        events = list(QueueEvent.objects.filter(ticket=row).exclude(name="take"))
        state = TICKET.initial
        for event in events:
            assert event.source == state
            state = TICKET.move(state, event.name).target
        assert state == row.state
        assert sum(event.target in ENDED for event in events) == (row.state in ENDED)
