from haihe.data.open.models.checking import GateRun, MaskDecision, MaskMethod
from haihe.data.open.models.dataset import Dataset, DatasetEvent, Licence, OpeningType
from haihe.data.open.models.usage import AccessKey, DatasetUsage
from haihe.data.open.models.version import DatasetVersion, VersionState

__all__ = [
    "AccessKey",
    "Dataset",
    "DatasetEvent",
    "DatasetUsage",
    "DatasetVersion",
    "GateRun",
    "Licence",
    "MaskDecision",
    "MaskMethod",
    "OpeningType",
    "VersionState",
]
