"""What neighbours may use of the item catalogue: cases above it, forms beside it, the portal."""

from haihe.platforms.services.items.answers import Answer, Answers, find_answers
from haihe.platforms.services.items.bundles import Bundle, BundleStep, Taken, bundles
from haihe.platforms.services.items.choosing import (
    PREFIX,
    bundle_of,
    choices_in,
    choosing_section,
    condition_of,
    field_of,
    may_be_in_form,
    offer_slug,
)
from haihe.platforms.services.items.definition import (
    Amount,
    Basis,
    Check,
    Faq,
    ItemDefinition,
    Paper,
    Step,
    Verify,
    Visits,
    from_json,
    to_json,
)
from haihe.platforms.services.items.errors import DefinitionError, ItemNotFound, ItemsError
from haihe.platforms.services.items.finding import Closest, Filters, Found, closest_items, find_items, wanted
from haihe.platforms.services.items.indexing import index_items
from haihe.platforms.services.items.kinds import (
    Handling,
    ItemChannel,
    Kind,
    Level,
    ObjectKind,
    PaperForm,
    PaperSource,
    Proof,
)
from haihe.platforms.services.items.models import ItemVersion
from haihe.platforms.services.items.operations import ITEM_CHANGED, load_items
from haihe.platforms.services.items.pages import BundlePage, bundle_page, front
from haihe.platforms.services.items.queries import (
    definitions_in_force,
    items_in_force,
    names_in_force,
    proven_papers,
    questions_in_force,
    version_in_force,
)
from haihe.platforms.services.items.reading import shipped
from haihe.platforms.services.items.shelf import Topic, frequent, topic, topics
from haihe.platforms.services.items.texts import Text
from haihe.platforms.services.items.wording import sayings

__all__ = [
    "ITEM_CHANGED",
    "PREFIX",
    "Amount",
    "Answer",
    "Answers",
    "Basis",
    "Bundle",
    "BundlePage",
    "BundleStep",
    "Check",
    "Closest",
    "DefinitionError",
    "Faq",
    "Filters",
    "Found",
    "Handling",
    "ItemChannel",
    "ItemDefinition",
    "ItemNotFound",
    "ItemVersion",
    "ItemsError",
    "Kind",
    "Level",
    "ObjectKind",
    "Paper",
    "PaperForm",
    "PaperSource",
    "Proof",
    "Step",
    "Taken",
    "Text",
    "Topic",
    "Verify",
    "Visits",
    "bundle_of",
    "bundle_page",
    "bundles",
    "choices_in",
    "choosing_section",
    "closest_items",
    "condition_of",
    "definitions_in_force",
    "field_of",
    "find_answers",
    "find_items",
    "frequent",
    "from_json",
    "front",
    "index_items",
    "items_in_force",
    "load_items",
    "may_be_in_form",
    "names_in_force",
    "offer_slug",
    "proven_papers",
    "questions_in_force",
    "sayings",
    "shipped",
    "to_json",
    "topic",
    "topics",
    "version_in_force",
    "wanted",
]
