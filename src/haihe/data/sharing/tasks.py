"""Background work: grants whose time is over, clocks that run out, due days that the calendar reaches at last."""

from django.utils import timezone
from procrastinate.contrib.django import app


@app.periodic(cron="*/10 * * * *")
@app.task(queue="sharing", name="sharing.expire", queueing_lock="sharing.expire")
def expire(timestamp: int) -> None:
    """End grants on time, so that their holders and owners see it."""
    from haihe.data.sharing.operations.granting import expire_grants
    from haihe.data.sharing.operations.opening import expire_applications

    expire_grants(now=timezone.now())
    expire_applications(now=timezone.now())


@app.periodic(cron="25 * * * *")
@app.task(queue="sharing", name="sharing.watch_keys", queueing_lock="sharing.watch_keys")
def watch_keys(timestamp: int) -> None:
    """Warn of keys that run out, and renew our platforms' own."""
    from haihe.data.sharing.operations.client_keys import watch_keys as watch

    watch(now=timezone.now())


@app.periodic(cron="20 4 * * *")
@app.task(queue="sharing", name="sharing.due_days", queueing_lock="sharing.due_days")
def due_days(timestamp: int) -> None:
    """After a new calendar came with a new version of this program."""
    from haihe.data.sharing.operations.clocks import tell_missing_due_days

    tell_missing_due_days()


@app.periodic(cron="*/10 * * * *")
@app.task(queue="sharing", name="sharing.watch_clocks", queueing_lock="sharing.watch_clocks")
def watch_clocks(timestamp: int) -> None:
    """Remind before deadlines, tell the authority at them, answer by rule."""
    from haihe.data.sharing.operations.reminding import watch_clocks as watch

    watch(now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queue="sharing", name="sharing.tally", queueing_lock="sharing.tally")
def tally(timestamp: int) -> None:
    """Write down what the ledger says was done under each grant."""
    from haihe.data.sharing.operations.tallying import tally_all

    tally_all()


@app.periodic(cron="*/5 * * * *")
@app.task(queue="sharing", name="sharing.score", queueing_lock="sharing.score")
def score(timestamp: int) -> None:
    """Make the scoreboard anew."""
    from haihe.data.sharing.operations.scoring import refresh_scoreboard

    refresh_scoreboard(now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queue="sharing", name="sharing.follow_up", queueing_lock="sharing.follow_up")
def follow_up(timestamp: int) -> None:
    """See who has fetched what was corrected."""
    from haihe.data.sharing.operations.propagating import follow_up as see

    see(now=timezone.now())
