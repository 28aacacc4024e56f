"""The demo's entries: registers that the story needs, described as their departments would."""

from haihe.data.catalogue.demo.plant import plant

__all__ = ["plant"]
