"""What can go wrong between catalogues, told to the operator in a sentence."""

from django.utils.translation import gettext as _

from haihe.data.catalogue.errors import CatalogueError


class NodeNotFound(CatalogueError):
    """No such node or run."""

    def __init__(self) -> None:
        super().__init__(_("没有找到这个节点或者交换记录。"))


class ExchangeFailed(CatalogueError):
    """The other side can't be reached, or said what can't be used."""
