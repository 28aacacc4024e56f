"""What neighbours may use of the open platform."""

from haihe.data.open.beside import Beside, External, Wanted, register_beside
from haihe.data.open.events import DATASET_MOVED, VERSION_READY
from haihe.data.open.extensions import DatasetPart, Door, ListAction, dataset_part, front_door, list_action
from haihe.data.open.for_followers import DatasetFacts, columns_changed, dataset_facts, matches_search, topic_names
from haihe.data.open.hits import Hit, find, open_codes
from haihe.data.open.lookups import DatasetInfo, datasets_like, datasets_named, datasets_of, personal_things
from haihe.data.open.models.dataset import LICENCE_ADDRESSES, Licence
from haihe.data.open.offering import Offered, offered
from haihe.data.open.operations.making import build_waiting
from haihe.data.open.queries import SixFigures, six_figures
from haihe.data.open.statistics.witnessing import check_days as check_statistics
from haihe.data.open.topics import Topic, topics
from haihe.data.open.wording import either, in_english

__all__ = [
    "DATASET_MOVED",
    "LICENCE_ADDRESSES",
    "VERSION_READY",
    "Beside",
    "DatasetFacts",
    "DatasetInfo",
    "DatasetPart",
    "Door",
    "External",
    "Hit",
    "Licence",
    "ListAction",
    "Offered",
    "SixFigures",
    "Topic",
    "Wanted",
    "build_waiting",
    "check_statistics",
    "columns_changed",
    "dataset_facts",
    "dataset_part",
    "datasets_like",
    "datasets_named",
    "datasets_of",
    "either",
    "find",
    "front_door",
    "in_english",
    "list_action",
    "matches_search",
    "offered",
    "open_codes",
    "personal_things",
    "register_beside",
    "six_figures",
    "topic_names",
    "topics",
]
