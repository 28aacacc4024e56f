from haihe.data.following.operations.following import follow, new_feed_address, set_pace, unfollow
from haihe.data.following.operations.noting import Happened, note, tell_digests
from haihe.data.following.operations.webhooks import add_webhook, drop_webhook, new_secret, restart, stop, test_webhook

__all__ = [
    "Happened",
    "add_webhook",
    "drop_webhook",
    "follow",
    "new_feed_address",
    "new_secret",
    "note",
    "restart",
    "set_pace",
    "stop",
    "tell_digests",
    "test_webhook",
    "unfollow",
]
