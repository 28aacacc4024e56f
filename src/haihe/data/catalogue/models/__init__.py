"""Tables of the catalogue, one file per noun."""

from haihe.data.catalogue.models.assessment import Assessment
from haihe.data.catalogue.models.choices import (
    AssessmentKind,
    Category,
    ChangeCause,
    Conclusion,
    DataType,
    Format,
    Grade,
    OpeningType,
    Sensitivity,
    SharingForm,
    SharingType,
    UpdateCycle,
)
from haihe.data.catalogue.models.code_list import CodeList, CodeListVersion
from haihe.data.catalogue.models.item import DataItem, SampleRow
from haihe.data.catalogue.models.resource import Resource, ResourceEvent
from haihe.data.catalogue.models.sheet_import import SheetImport
from haihe.data.catalogue.models.version import ResourceVersion, Revision

# Tables of the rooms below; Django looks for a component's tables here.
from haihe.data.catalogue.needs.models import Demand, Needs, NeedsEvent, Paper  # isort: skip
from haihe.data.catalogue.cascade.models import (  # isort: skip
    CatalogueNode,
    ExchangeRun,
    NodeEntry,
    NodeEvent,
    StagedEntry,
)

__all__ = [
    "Assessment",
    "AssessmentKind",
    "CatalogueNode",
    "Category",
    "ChangeCause",
    "CodeList",
    "CodeListVersion",
    "Conclusion",
    "DataItem",
    "DataType",
    "Demand",
    "ExchangeRun",
    "Format",
    "Grade",
    "Needs",
    "NeedsEvent",
    "NodeEntry",
    "NodeEvent",
    "OpeningType",
    "Paper",
    "Resource",
    "ResourceEvent",
    "ResourceVersion",
    "Revision",
    "SampleRow",
    "Sensitivity",
    "SharingForm",
    "SharingType",
    "SheetImport",
    "StagedEntry",
    "UpdateCycle",
]
