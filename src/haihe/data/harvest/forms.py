"""What a keeper types about a remote catalogue, as it comes from the form and goes back into it."""

from collections.abc import Mapping

from haihe.data.harvest.models import Kind, RemoteCatalogue
from haihe.data.harvest.operations import NewCatalogue

_LONGEST = 20_000


def blank() -> NewCatalogue:
    return NewCatalogue(title="", kind=Kind.CKAN, url="https://")


def read(told: Mapping[str, str]) -> NewCatalogue:
    """Return what was typed; what is wrong with it is said by the operation."""

    def text(name: str) -> str:
        return told.get(name, "").replace("\x00", "").strip()[:_LONGEST]

    percent = text("most_gone_percent")
    return NewCatalogue(
        title=text("title"),
        direction=text("direction"),
        kind=text("kind"),
        url=text("url"),
        rhythm=text("rhythm"),
        organisations=lines(text("organisations")),
        tags=lines(text("tags")),
        licence_map=pairs(text("licence_map")),
        topic_map=pairs(text("topic_map")),
        owner_map=pairs(text("owner_map")),
        remote_owner=text("remote_owner"),
        most_gone_percent=int(percent) if percent.isascii() and percent.isdigit() and len(percent) < 4 else 0,
        token=text("token"),
    )


def of(row: RemoteCatalogue) -> NewCatalogue:
    """Return what was told of a catalogue, to be told anew; a token is never read out."""
    return NewCatalogue(
        title=row.title,
        direction=row.direction,
        kind=row.kind,
        url=row.url,
        rhythm=row.rhythm,
        organisations=tuple(row.organisations),
        tags=tuple(row.tags),
        licence_map=row.licence_map,
        topic_map=row.topic_map,
        owner_map=row.owner_map,
        remote_owner=row.remote_owner,
        most_gone_percent=row.most_gone_percent,
    )


def lines(text: str) -> tuple[str, ...]:
    """Return what stands on each line, once."""
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def pairs(text: str) -> dict[str, str]:
    """Read lines of the form `their words = ours`; their words may hold the sign, ours can't."""
    told = (line.rpartition("=") for line in lines(text))
    return {left.strip(): right.strip() for left, sign, right in told if sign and left.strip()}


def written(pairs: Mapping[str, str]) -> str:
    return "\n".join(f"{left} = {right}" for left, right in pairs.items())
