"""An X-Road REST-style front: other addresses, headers and errors for what the desk answers anyway. No second door.

It follows the forms of X-Road's message and service metadata protocols for REST where they fit, and claims no
conformance: there are no security servers, and authentication is the gateway's own signature (docs/xroad-style.md).
"""
