from haihe.data.harvest.models.catalogue import Direction, Kind, RemoteCatalogue, RemoteCatalogueEvent, Rhythm
from haihe.data.harvest.models.dataset import ExternalDataset, PublishedCopy
from haihe.data.harvest.models.run import Change, HarvestItem, HarvestRun

__all__ = [
    "Change",
    "Direction",
    "ExternalDataset",
    "HarvestItem",
    "HarvestRun",
    "Kind",
    "PublishedCopy",
    "RemoteCatalogue",
    "RemoteCatalogueEvent",
    "Rhythm",
]
