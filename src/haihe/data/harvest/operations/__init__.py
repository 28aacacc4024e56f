from haihe.data.harvest.operations.keeping import NewCatalogue, add_catalogue, change_catalogue, move
from haihe.data.harvest.operations.running import go_on, run_again, start
from haihe.data.harvest.operations.settling import settle
from haihe.data.harvest.operations.sweeping import sweep

__all__ = [
    "NewCatalogue",
    "add_catalogue",
    "change_catalogue",
    "go_on",
    "move",
    "run_again",
    "settle",
    "start",
    "sweep",
]
