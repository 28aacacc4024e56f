"""A case with two departments side by side, accepted two weeks ago: one has spoken in time, the other not yet. In a
program of its own, in a running city.

Run as `python -m tests.journeys.planting_a_late_case`; prints the case's number.
"""

import uuid
from datetime import timedelta

import django


def main() -> None:
    from django.utils import timezone

    from haihe.base.accounts.api import actor_for
    from haihe.base.processes import api as processes
    from haihe.base.processes.sweeping import sweep
    from haihe.city import cast
    from haihe.platforms.services import operations
    from haihe.platforms.services.models import Case, Channel
    from haihe.platforms.services.operations import Application

    now = timezone.now()
    then, clerk = now - timedelta(days=14), actor_for("clerk_ga")
    person = cast.person("zhang")
    number = operations.open_case(
        actor=clerk,
        application=Application(
            item="hotel-licence",
            id_number=person.id_number or "",
            name=person.name,
            channel=Channel.WINDOW,
            informed=True,
            token=uuid.uuid4(),
        ),
        now=then,
    )
    case = Case.objects.get(number=number).process_case_id
    [task] = processes.open_tasks(case=case)
    operations.take_step(actor=clerk, number=number, step=task.number, choice="accept", now=then)
    [own] = [task for task in processes.open_tasks(case=case) if task.step == "examine"]
    operations.take_step(actor=clerk, number=number, step=own.number, choice="", now=then + timedelta(days=1))
    sweep(now=now)
    operations.escalate_late(now=now)
    print(number)


if __name__ == "__main__":
    django.setup()
    main()
