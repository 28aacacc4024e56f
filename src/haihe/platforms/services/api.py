"""What neighbours may use of services."""

from haihe.platforms.services.errors import CaseNotFound, ServicesError
from haihe.platforms.services.figures import CaseFigures, DayFigures, figures
from haihe.platforms.services.items.api import items_in_force, load_items
from haihe.platforms.services.life_events import cases_together
from haihe.platforms.services.operations import (
    Application,
    accept_at_front,
    accept_paper,
    ask_data,
    bring_in_items,
    close_case,
    decide,
    open_case,
    recheck_waiting,
    request_correction,
    withdraw,
)
from haihe.platforms.services.records import CaseInfo, ItemInfo, case_info, items
from haihe.platforms.services.releases.rehearsals import keep_rehearsal, release_to_rehearse
from haihe.platforms.services.taken_in import TakenIn, taken_in

__all__ = [
    "Application",
    "CaseFigures",
    "CaseInfo",
    "CaseNotFound",
    "DayFigures",
    "ItemInfo",
    "ServicesError",
    "TakenIn",
    "accept_at_front",
    "accept_paper",
    "ask_data",
    "bring_in_items",
    "case_info",
    "cases_together",
    "close_case",
    "decide",
    "figures",
    "items",
    "items_in_force",
    "keep_rehearsal",
    "load_items",
    "open_case",
    "recheck_waiting",
    "release_to_rehearse",
    "request_correction",
    "taken_in",
    "withdraw",
]
