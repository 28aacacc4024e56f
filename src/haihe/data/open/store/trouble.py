"""What can go wrong with a query. Each says in both languages what to do."""


class QueryTrouble(Exception):
    """A query that can't be answered as it stands."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class WrongQuery(QueryTrouble):
    """The query doesn't mean anything here: it must be changed."""


class TooCostly(QueryTrouble):
    """The query took more time or memory than one query gets: it must be made narrower."""


class StoreDamaged(Exception):
    """The files of a version aren't what its manifest says."""
