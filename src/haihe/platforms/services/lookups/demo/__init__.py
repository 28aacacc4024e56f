"""The demo's lookups: registers of nine departments about the cast and some hundreds of people who don't exist.

What departments would do one by one (register, publish, open, request, approve, feed) is laid down in bulk.
"""

from haihe.platforms.services.lookups.demo.plant import plant

__all__ = ["plant"]
