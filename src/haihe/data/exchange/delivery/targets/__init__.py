"""The kinds of targets, by name."""

from haihe.data.exchange.delivery.ports import Target
from haihe.data.exchange.delivery.targets.database import DATABASE
from haihe.data.exchange.delivery.targets.files import FOLDER, SFTP

TARGETS: dict[str, Target] = {each.name: each for each in (DATABASE, FOLDER, SFTP)}
