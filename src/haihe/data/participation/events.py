"""What the room announces, inside the transaction in which it becomes true. No person is named; titles are public ones.

`owner` is a department's code, `datasets` are slugs, `path` leads to the page; `at` is ISO 8601.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from haihe.base.outbox import api as outbox

REQUEST_FORWARDED: Final = "participation.request_forwarded"
REQUEST_ANSWERED: Final = "participation.request_answered"
REQUEST_FULFILLED: Final = "participation.request_fulfilled"
PLAN_CHANGED: Final = "participation.plan_changed"
REUSE_PUBLISHED: Final = "participation.reuse_published"
REUSE_VOUCHED: Final = "participation.reuse_vouched"
BUNDLE_ANSWERED: Final = "participation.bundle_answered"
DISCUSSION_STARTED: Final = "participation.discussion_started"
DISCUSSION_ANSWERED: Final = "participation.discussion_answered"


def announce(
    topic: str,
    *,
    name: str,
    title: str,
    state: str,
    path: str,
    now: datetime,
    owner: str = "",
    datasets: Iterable[str] = (),
) -> None:
    """Tell what happened: `name` (number or id of the thing), `title`, `state`, `owner`, `datasets`, `path`, `at`."""
    outbox.announce(
        topic,
        {
            "name": name,
            "title": title,
            "state": state,
            "owner": owner,
            "datasets": [one for one in datasets if one],
            "path": path,
            "at": now.isoformat(),
        },
    )
