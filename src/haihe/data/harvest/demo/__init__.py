"""The demo's remote catalogues: made up, marked so, and read from a file beside this one; nobody is asked anything."""

from haihe.data.harvest.demo.plant import plant

__all__ = ["plant"]
