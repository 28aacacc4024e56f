"""The kinds of connectors, by name; and their settings and secrets, read from what was stored or typed."""

from collections.abc import Mapping
from typing import Final

import msgspec

from haihe.data.exchange.connectors.database.connector import DATABASE
from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.folder.connector import FOLDER
from haihe.data.exchange.connectors.http_api.connector import HTTP_API
from haihe.data.exchange.connectors.mqtt_stream.connector import MQTT_STREAM
from haihe.data.exchange.connectors.nats_stream.connector import NATS_STREAM
from haihe.data.exchange.connectors.ports import Connector
from haihe.data.exchange.connectors.sftp.connector import SFTP

CONNECTORS: Final[dict[str, Connector]] = {
    each.name: each for each in (FOLDER, SFTP, DATABASE, HTTP_API, NATS_STREAM, MQTT_STREAM)
}


def read_as[S: msgspec.Struct](told: Mapping[str, object], struct: type[S]) -> S:
    """Return settings or a secret as the connector's struct. Raises: FetchFailed, naming no value."""
    try:
        return msgspec.convert(told, struct, strict=False)
    except (msgspec.ValidationError, ValueError) as wrong:
        # msgspec names the place and the rule, not what stands there.
        raise FetchFailed(Fault.SETTINGS_WRONG, str(wrong).partition("\n")[0][:200]) from None
