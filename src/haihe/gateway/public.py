"""What anybody may read without a signature: how the gateway and its services are asked. Nothing of it is personal."""

import re
from collections.abc import Callable

from haihe.gateway.dossier import Refused
from haihe.gateway.messages import Reply, Request
from haihe.gateway.oauth_metadata import KEYS_ROUTE, METADATA_ROUTE, metadata
from haihe.gateway.policy import Policy
from haihe.gateway.service_description import ServiceDescriptions
from haihe.gateway.tokens import Tokens

OPENAPI_ROUTE = "/v1/openapi.json"
SERVICE_ROUTE = "/v1/services/{service}/openapi.json"
_SERVICE = re.compile(r"/v1/services/([a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?)/openapi\.json")
_JSON = "application/json"


class PublicPages:
    """`policy` gives the policy of now, None while there is none; `tokens` knows what is published of them."""

    def __init__(self, openapi: bytes, *, policy: Callable[[], Policy | None], tokens: Tokens) -> None:
        self._fixed = {
            OPENAPI_ROUTE: Reply(200, _JSON, openapi),
            KEYS_ROUTE: Reply(200, "application/jwk-set+json", tokens.own.jwks()),
            METADATA_ROUTE: Reply(200, _JSON, metadata(tokens.issuer)),
        }
        self._policy = policy
        self._services = ServiceDescriptions()

    def has(self, path: str) -> bool:
        """True if there is a page at this address, or might be one."""
        return path in self._fixed or _SERVICE.fullmatch(path) is not None

    def page(self, request: Request) -> Reply:
        """Raises: Refused."""
        if request.method != "GET":
            raise Refused("method-not-allowed")
        service = _SERVICE.fullmatch(request.path)
        if service is None:
            return self._fixed[request.path]
        policy = self._policy()
        if policy is None:
            raise Refused("unavailable")
        described = self._services.of(service[1], policy)
        if described is None:
            raise Refused("unknown-service")
        return Reply(200, _JSON, described)
