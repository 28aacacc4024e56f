from haihe.data.open.models.checking import GateRun, MaskDecision, MaskMethod
from haihe.data.open.models.dataset import Dataset, DatasetEvent, Licence, OpeningType
from haihe.data.open.models.developer import Developer, DeveloperEvent, DeveloperKind, KeyUsage, UseKind
from haihe.data.open.models.reads import ConditionalRead
from haihe.data.open.models.usage import AccessKey, DatasetUsage
from haihe.data.open.models.version import DatasetVersion, VersionState

__all__ = [
    "AccessKey",
    "ConditionalRead",
    "Dataset",
    "DatasetEvent",
    "DatasetUsage",
    "DatasetVersion",
    "Developer",
    "DeveloperEvent",
    "DeveloperKind",
    "GateRun",
    "KeyUsage",
    "Licence",
    "MaskDecision",
    "MaskMethod",
    "OpeningType",
    "UseKind",
    "VersionState",
]
