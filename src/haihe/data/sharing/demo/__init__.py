"""The demo's sharing: the service, the client and the grant of the story, and desks that aren't empty."""

from haihe.data.sharing.demo.plant import plant

__all__ = ["plant"]
