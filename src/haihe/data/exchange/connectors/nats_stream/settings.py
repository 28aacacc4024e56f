"""What a JetStream source says of itself."""

from typing import Annotated, Literal

import msgspec

from haihe.data.exchange.connectors.messages import MessageSettings

type Token = Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9_-]+$")]
type Subject = Annotated[str, msgspec.Meta(max_length=253, pattern=r"^[^\s\x00-\x1f]*$")]


class NatsSettings(MessageSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`consumer` is a durable pull consumer's name; it is made where there is none. `subject` filters the stream."""

    stream: Token
    consumer: Token
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 4222
    subject: Subject = ""
    auth: Literal["none", "user", "token", "credentials"] = "none"
    user: Annotated[str, msgspec.Meta(max_length=253)] = ""


class NatsSecret(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The password, the token, or the text of a credentials file."""

    credential: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
