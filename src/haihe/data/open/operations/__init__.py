from haihe.data.open.operations.applying import Asked, accept, ask, choose_datasets
from haihe.data.open.operations.checking import check
from haihe.data.open.operations.counting import count_call, count_download, count_visit
from haihe.data.open.operations.keys import IssuedKey, make_key, renew_key, revoke_key, rotate_key
from haihe.data.open.operations.lapsing import lapse
from haihe.data.open.operations.making import build_waiting, make_version
from haihe.data.open.operations.masking import mask, unmask
from haihe.data.open.operations.moving import move
from haihe.data.open.operations.proposing import NewDataset, describe, propose
from haihe.data.open.operations.registering import NewDeveloper, register
from haihe.data.open.operations.renewing import renew

__all__ = [
    "Asked",
    "IssuedKey",
    "NewDataset",
    "NewDeveloper",
    "accept",
    "ask",
    "build_waiting",
    "check",
    "choose_datasets",
    "count_call",
    "count_download",
    "count_visit",
    "describe",
    "lapse",
    "make_key",
    "make_version",
    "mask",
    "move",
    "propose",
    "register",
    "renew",
    "renew_key",
    "revoke_key",
    "rotate_key",
    "unmask",
]
