"""What neighbours may use of jobs: the worker that runs them.

Tasks are declared in a component's `tasks.py` with procrastinate's own decorators. Queues: `base` (sealing, tidying,
outbox), `exchange` (feeds), and the default for the rest; one worker serves all of them.
"""

from procrastinate import App
from procrastinate.contrib.django import procrastinate_app
from procrastinate.contrib.django.django_connector import DjangoConnector

from haihe.base.jobs.metering import count_job, trace
from haihe.base.jobs.queries import Queue, queues
from haihe.base.jobs.session_locks import holding, nobody_holds, one_after_the_other

__all__ = [
    "FINISH_WITHIN_S",
    "Queue",
    "holding",
    "nobody_holds",
    "one_after_the_other",
    "queues",
    "run_jobs",
    "trace",
]

CONCURRENCY = 4
FINISH_WITHIN_S = 10.0
"""How long a running job may take to end when the worker stops; what is cut off is handed out again."""


async def run_jobs(name: str) -> None:
    """Run jobs until cancelled; those that run then get ten seconds to end.

    The application that tasks belong to keeps Django's own connection: a job or handler that defers another one does
    so within its transaction.
    """
    declared = procrastinate_app.current_app
    if not isinstance(declared.connector, DjangoConnector):
        raise TypeError("the tasks' application does not use Django's connection")
    # Of the same class as the declared one: it closes Django's connections around each task.
    app: App = type(declared)(connector=declared.connector.get_worker_connector())
    app.tasks, app.periodic_registry = declared.tasks, declared.periodic_registry
    async with app.open_async():
        await app.run_worker_async(
            name=name,
            concurrency=CONCURRENCY,
            delete_jobs="successful",
            shutdown_graceful_timeout=FINISH_WITHIN_S,
            install_signal_handlers=False,
            worker_middleware=[count_job],
        )
