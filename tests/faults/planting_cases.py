"""Cases for tests of faults, in a program of their own: `plant` opens them, `decide` has a clerk grant each, once.

Run as `python -m tests.faults.planting_cases plant 60`.
"""

import itertools
import sys
import time
import uuid

import django


def plant(count: int) -> None:
    """Open cases in which companies are opened: data and programs come first, then a clerk decides."""
    from django.utils import timezone

    from haihe.base.accounts.api import Actor
    from haihe.base.keys import api as keys
    from haihe.kernel.identifiers import id_number_check_character
    from haihe.platforms.services import operations
    from haihe.platforms.services.models import Channel
    from haihe.platforms.services.operations import Application
    from haihe.platforms.services.testing import item_by

    item = item_by("company-opening")
    for serial in range(count):
        first17 = f"120104{19600101 + serial % 28}{serial:03d}"
        number = first17 + id_number_check_character(first17)
        citizen = Actor(uuid.uuid4(), "合成人", frozenset({("CITIZEN", "")}), keys.keyring().subject_key(number))
        operations.open_case(
            actor=citizen,
            application=Application(
                item=item.slug,
                id_number=number,
                name="合成人",
                channel=Channel.PHONE,
                informed=True,
                token=uuid.uuid4(),
                values={
                    "company_name": f"天津演示第{serial}有限公司",
                    "company_division": "120103000000",
                    "company_address": "演示路 1 号",
                    "company_members": [{"name": "合成人", "id_number": number}],
                    "staff_count": 0,
                },
            ),
            now=timezone.now(),
        )


def decide() -> None:
    """Grant every case that waits for its clerk; whatever becomes of the database meanwhile, go on until all are."""
    from django.db import InterfaceError, OperationalError, close_old_connections, connection

    for round_number in itertools.count():
        try:
            if not _decide_those_that_wait():
                return
        except (OperationalError, InterfaceError):
            # The database went away in the middle: nobody knows whether the last decision was kept.
            connection.close()
            close_old_connections()
            time.sleep(0.2)
        if round_number > 400:
            sys.exit("the database stayed away")


def _decide_those_that_wait() -> int:
    from django.utils import timezone

    from haihe.base.processes import api as processes
    from haihe.platforms.services import operations
    from haihe.platforms.services.errors import NotNow
    from haihe.platforms.services.models import Case
    from haihe.platforms.services.testing import officer

    cases = list(Case.objects.filter(state="AWAITING_ACCEPTANCE"))
    clerk = officer("CLERK", "120029")
    for case in cases:
        for task in processes.open_tasks(case=case.process_case_id):
            try:
                operations.take_step(
                    actor=clerk,
                    number=case.number,
                    step=task.number,
                    choice="approve",
                    note="符合条件",
                    now=timezone.now(),
                )
            except NotNow:
                continue
    return len(cases)


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "plant":
        plant(int(sys.argv[2]))
    else:
        decide()
