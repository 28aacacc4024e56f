"""The demo city: synthetic residents of real places, the registers kept of them, and the files departments hand over.

Everything personal says that it is synthetic (docs/adr/0006-demo-city.md).
"""

from haihe.city.demo.plant import plant

__all__ = ["plant"]
