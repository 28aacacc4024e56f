"""Where tokens are to be had, for programs that find it out by themselves (RFC 8414)."""

import msgspec

from haihe.kernel.compact_jws import ALGORITHMS

METADATA_ROUTE = "/.well-known/oauth-authorization-server"
KEYS_ROUTE = "/v1/keys"
TOKEN_ROUTE = "/oauth2/token"  # noqa: S105 - an address


def metadata(issuer: str) -> bytes:
    return msgspec.json.encode(
        {
            "issuer": issuer,
            "token_endpoint": issuer + TOKEN_ROUTE,
            "jwks_uri": issuer + KEYS_ROUTE,
            "grant_types_supported": ["client_credentials"],
            "response_types_supported": [],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
            "service_documentation": f"{issuer}/v1/openapi.json",
        }
    )
