"""What an MQTT source says of itself."""

from typing import Annotated, Literal

import msgspec

from haihe.data.exchange.connectors.messages import MessageSettings

type Topic = Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f]+$")]


class MqttSettings(MessageSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`client` names the session that the broker keeps: no two sources may share one. `topic` may have wildcards."""

    topic: Topic
    client: Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9_.-]+$")]
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 1883
    version: Literal["5", "3.1.1"] = "5"
    user: Annotated[str, msgspec.Meta(max_length=253)] = ""


class MqttSecret(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    password: Annotated[str, msgspec.Meta(max_length=1000)] = ""
