"""Dead letters are listed and given another chance by hand."""

import pytest
from click.testing import CliRunner

from haihe.base.outbox import api as outbox
from haihe.base.outbox.models import Delivery, State
from haihe.cli import main

pytestmark = pytest.mark.django_db


def test_a_dead_letter_is_listed_and_retried() -> None:
    outbox.announce("tests.dead", {})
    delivery = Delivery.objects.get()
    Delivery.objects.update(state=State.DEAD, attempts=12, last_error="RuntimeError: not today")
    listed = CliRunner().invoke(main, ["outbox", "dead"])
    assert listed.exit_code == 1
    assert "tests.dead" in listed.output
    assert "not today" in listed.output

    assert CliRunner().invoke(main, ["outbox", "retry", str(delivery.pk)]).exit_code == 0
    assert CliRunner().invoke(main, ["outbox", "dead"]).output == "0 dead, 1 waiting\n"
    again = CliRunner().invoke(main, ["outbox", "retry", str(delivery.pk)])
    assert again.exit_code == 1
    assert "no dead letter" in again.output
