"""Background work of watching: rules and sums each minute, everything once an hour, forgetting each night."""

from django.utils import timezone
from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(name="watch.sum_up", queue="base", queueing_lock="watch.sum_up")
def sum_up(timestamp: int) -> None:
    from haihe.base.watch.keeping import sum_up as sum_them_up

    sum_them_up(now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="watch.alerts", queue="base", queueing_lock="watch.alerts", lock="watch.alerts")
def alerts(timestamp: int) -> None:
    """Look at every rule."""
    from haihe.base.watch.operations import watch_over

    watch_over(now=timezone.now())


@app.periodic(cron="7 * * * *")
@app.task(name="watch.sum_all_up", queue="base", queueing_lock="watch.sum_all_up")
def sum_all_up(timestamp: int) -> None:
    """Take in what gateways brought late."""
    from haihe.base.watch.keeping import sum_up as sum_them_up

    sum_them_up(now=timezone.now(), all_of_it=True)


@app.periodic(cron="55 3 * * *")
@app.task(name="watch.forget_old", queue="base", queueing_lock="watch.forget_old")
def forget_old(timestamp: int) -> None:
    from haihe.base.watch.keeping import forget_old as forget

    forget(now=timezone.now())
