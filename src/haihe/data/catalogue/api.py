"""What neighbours may use of the catalogue."""

from haihe.data.catalogue.cascade.rdf import READABLE, read_graph
from haihe.data.catalogue.cascade.reading import NoPage
from haihe.data.catalogue.cycles import UpdatePromise, update_promises
from haihe.data.catalogue.errors import CatalogueError, EntryRefused, NotNow, ResourceNotFound
from haihe.data.catalogue.events import RESOURCE_PUBLISHED, RESOURCE_RETIRED
from haihe.data.catalogue.models import SharingForm, SharingType
from haihe.data.catalogue.needs.models import PaperKind
from haihe.data.catalogue.needs.operations import (
    NeedsNotFound,
    ask_owner,
    declare_needs,
    enter_needs,
    prove_paper,
    unprove_paper,
)
from haihe.data.catalogue.needs.queries import may_edit as may_edit_needs
from haihe.data.catalogue.needs.queries import needs_entries, needs_of, resources_named, suggested
from haihe.data.catalogue.needs.reading import papers_text, read_papers
from haihe.data.catalogue.needs.records import DemandEntry, NeedsEntry, NewNeeds, NewPaper, PaperEntry
from haihe.data.catalogue.operations import (
    approve,
    move_resource,
    publish,
    register_resource,
    revise_resource,
    submit,
)
from haihe.data.catalogue.publications import REVIEW_WORKING_DAYS, Publication, publications
from haihe.data.catalogue.queries import (
    Filters,
    codes_of,
    find_resources,
    offered_by,
    published_count,
    published_resources,
    resource,
    resource_titles,
    retired_among,
)
from haihe.data.catalogue.records import ItemEntry, NewAssessment, NewItem, NewResource, ResourceEntry
from haihe.data.catalogue.search.asking import parts_of
from haihe.data.catalogue.search.document import Document, document
from haihe.data.catalogue.search.finding import closest
from haihe.data.catalogue.search.indexing import index_all
from haihe.data.catalogue.search.sayings import Sayings
from haihe.data.catalogue.search.weighing import Index, Ranking

__all__ = [
    "READABLE",
    "RESOURCE_PUBLISHED",
    "RESOURCE_RETIRED",
    "REVIEW_WORKING_DAYS",
    "CatalogueError",
    "DemandEntry",
    "Document",
    "EntryRefused",
    "Filters",
    "Index",
    "ItemEntry",
    "NeedsEntry",
    "NeedsNotFound",
    "NewAssessment",
    "NewItem",
    "NewNeeds",
    "NewPaper",
    "NewResource",
    "NoPage",
    "NotNow",
    "PaperEntry",
    "PaperKind",
    "Publication",
    "Ranking",
    "ResourceEntry",
    "ResourceNotFound",
    "Sayings",
    "SharingForm",
    "SharingType",
    "UpdatePromise",
    "approve",
    "ask_owner",
    "closest",
    "codes_of",
    "declare_needs",
    "document",
    "enter_needs",
    "find_resources",
    "index_all",
    "may_edit_needs",
    "move_resource",
    "needs_entries",
    "needs_of",
    "offered_by",
    "papers_text",
    "parts_of",
    "prove_paper",
    "publications",
    "publish",
    "published_count",
    "published_resources",
    "read_graph",
    "read_papers",
    "register_resource",
    "resource",
    "resource_titles",
    "resources_named",
    "retired_among",
    "revise_resource",
    "submit",
    "suggested",
    "unprove_paper",
    "update_promises",
]
