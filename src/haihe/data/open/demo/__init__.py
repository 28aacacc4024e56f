"""The demo's open data: 391 datasets of 43 departments under 21 topics. Kinds are real, values made up but one's."""

from haihe.data.open.demo.plant import plant, plant_some

__all__ = ["plant", "plant_some"]
