"""How a reply is signed: with the secret that we share with the asker, or with the gateway's own key."""

from typing import Protocol

import msgspec

from haihe.gateway.gateway_key import GatewayKey
from haihe.kernel.signing import (
    SigningKey,
    sign_bearer_response,
    sign_response,
    signed_response,
)


class ReplySigner(Protocol):
    """Signs replies to one request."""

    def headers(self, status: int, body: bytes, *, created: int) -> dict[str, str]:
        """Return Content-Digest, Signature-Input and Signature of a reply."""

    def lines(self, status: int, body: bytes, *, created: int) -> tuple[str, str]:
        """Return the same as lines, each with its line end; and the Content-Digest by itself."""


class AnswerSigner(msgspec.Struct, frozen=True, gc=False):
    """Signs over the signature of the request, so that the reply is the answer to nothing else."""

    key_id: str
    key: SigningKey
    request_signature: str

    def headers(self, status: int, body: bytes, *, created: int) -> dict[str, str]:
        return sign_response(
            status=status,
            body=body,
            client_id=self.key_id,
            secret=self.key,
            created=created,
            request_signature=self.request_signature,
        )

    def lines(self, status: int, body: bytes, *, created: int) -> tuple[str, str]:
        digest, given_input, signature = signed_response(
            status, body, self.key_id, self.key, created, self.request_signature
        )
        lines = f"content-digest: {digest}\r\nsignature-input: {given_input}\r\nsignature: {signature}\r\n"
        return lines, digest


class BearerSigner(msgspec.Struct, frozen=True, gc=False):
    """Signs over method, path and, where it was given, the Content-Digest of a request that bore a token."""

    own: GatewayKey
    method: str
    path: str
    request_digest: str | None

    def headers(self, status: int, body: bytes, *, created: int) -> dict[str, str]:
        return sign_bearer_response(
            status=status,
            body=body,
            key_id=self.own.id,
            key=self.own.private,
            created=created,
            method=self.method,
            path=self.path,
            request_digest=self.request_digest,
        )

    def lines(self, status: int, body: bytes, *, created: int) -> tuple[str, str]:
        headers = self.headers(status, body, created=created)
        return "".join([f"{name}: {value}\r\n" for name, value in headers.items()]), headers["content-digest"]
