"""The subjects of NATS that belong to a node, and what each side may do with them. Both sides agree on this page.

```
node.<name>.up.<transfer>      pieces on their way to the centre: the stream UP-<name>, in the node's own store
node.<name>.down.<transfer>    pieces on their way to the node: the stream DOWN-<name>, likewise
node.<name>.beat               how the node is, every few seconds: a request, so that both know the line's delay
node.<name>.orders             the signed orders, from the centre
node.<name>.renew              the node asks for new credentials
node.<name>.ask.<table>        a question about one person or thing, answered from the department's own database
node.<name>.reply.…            answers to any of these
```
"""

import re

from haihe.kernel.nkeys import Permissions

NAME = re.compile(r"[a-z][a-z0-9-]{1,30}[a-z0-9]")
"""What a node may be called: it stands in subjects, file names and certificates."""
CONSUMER = "centre"
CENTRE = Permissions(publish=("node.*.>", "$JS.*.API.CONSUMER.MSG.NEXT.>", "$JS.ACK.>"), subscribe=("node.*.>",))
GATEWAY = Permissions(publish=("node.*.ask.*",), subscribe=("node.*.reply.gateway.>",))


def permissions_of(name: str) -> Permissions:
    """Return what a node's user may do on the hub: its own subjects, and hear the centre fetch from its own stream."""
    fetching = (next_message(name), f"{acknowledgements(name)}>")
    return Permissions(publish=(f"node.{name}.>",), subscribe=(f"node.{name}.>", *fetching))


def domain(name: str) -> str:
    """Return the JetStream domain of a node: its store is its own, whoever it is linked to."""
    return f"node-{name}"


def up_stream(name: str) -> str:
    return f"UP-{name}"


def down_stream(name: str) -> str:
    return f"DOWN-{name}"


def up(name: str, transfer: str) -> str:
    return f"node.{name}.up.{transfer}"


def down(name: str, transfer: str) -> str:
    return f"node.{name}.down.{transfer}"


def beat(name: str) -> str:
    return f"node.{name}.beat"


def orders(name: str) -> str:
    return f"node.{name}.orders"


def renew(name: str) -> str:
    return f"node.{name}.renew"


def ask(name: str, table: str) -> str:
    return f"node.{name}.ask.{table}"


def reply(name: str, who: str, token: str) -> str:
    return f"node.{name}.reply.{who}.{token}"


def next_message(name: str) -> str:
    """Return where the centre asks for the next messages of a node's stream, across domains."""
    return f"$JS.{domain(name)}.API.CONSUMER.MSG.NEXT.{up_stream(name)}.{CONSUMER}"


def acknowledgements(name: str) -> str:
    """Return what the subjects begin with on which messages of a node's stream are acknowledged."""
    return f"$JS.ACK.{up_stream(name)}."


def replies(name: str) -> str:
    """Return what the subjects begin with on which a node may be answered."""
    return f"node.{name}.reply."


def node_of(subject: str) -> str:
    """Return whose subject it is."""
    return subject.split(".", 2)[1]
