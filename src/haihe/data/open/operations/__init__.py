from haihe.data.open.operations.checking import check
from haihe.data.open.operations.counting import count_visit
from haihe.data.open.operations.lapsing import lapse
from haihe.data.open.operations.making import build_waiting, make_version
from haihe.data.open.operations.masking import mask, unmask
from haihe.data.open.operations.moving import move
from haihe.data.open.operations.proposing import NewDataset, describe, propose
from haihe.data.open.operations.renewing import renew

__all__ = [
    "NewDataset",
    "build_waiting",
    "check",
    "count_visit",
    "describe",
    "lapse",
    "make_version",
    "mask",
    "move",
    "propose",
    "renew",
    "unmask",
]
