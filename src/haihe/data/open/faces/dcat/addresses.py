"""The addresses of what is told of. Behind `#` stands a thing; what is before it is the page that tells of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """`address` is this installation's, without a slash at its end; `contact` the mailbox for questions."""

    address: str
    contact: str

    @property
    def portal(self) -> str:
        return f"{self.address}/open/"

    @property
    def catalogue(self) -> str:
        return f"{self.portal}#catalogue"

    @property
    def ogc(self) -> str:
        return f"{self.address}/ogc/"

    def page(self, slug: str) -> str:
        return f"{self.portal}datasets/{slug}/"

    def dataset(self, slug: str) -> str:
        return f"{self.page(slug)}#dataset"

    def part(self, slug: str, name: str) -> str:
        return f"{self.page(slug)}#{name}"

    def body(self, code: str) -> str:
        return f"{self.portal}departments/{code}/"

    def topic(self, slug: str) -> str:
        return f"{self.portal}topics/{slug}/"
