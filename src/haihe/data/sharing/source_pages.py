"""What the owner and the authority see of a department's own interface. Its secret is shown to nobody."""

from dataclasses import dataclass
from datetime import datetime

from haihe.data.sharing import wording
from haihe.data.sharing.forms_source import SourceForm
from haihe.data.sharing.models import Service
from haihe.data.sharing.source_versions import Version, version_of, versions_of
from haihe.kernel.source_rules import SourceRules, read_rules


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """`pointers` are (field in words, where it stands in the answer, its type)."""

    rules: SourceRules
    pointers: list[tuple[str, str, str]]
    parameters: list[tuple[str, str, str]]
    networks: list[str]
    confirmed_at: datetime | None
    has_secret: bool
    timeout_s: str
    last_good: str


@dataclass(frozen=True, slots=True)
class ChangePage:
    row: Service
    form: SourceForm
    number: int
    versions: list[Version]


def change_page(row: Service, form: SourceForm) -> ChangePage:
    return ChangePage(row=row, form=form, number=version_of(row), versions=versions_of(row))


def source_facts(row: Service) -> SourceFacts:
    rules = read_rules(row.source)
    return SourceFacts(
        rules=rules,
        pointers=[(row.title_of(name), field.pointer, field.type) for name, field in rules.fields.items()],
        parameters=[(name, each.place, each.form) for name, each in rules.parameters.items()],
        networks=list(row.source_networks),
        confirmed_at=row.source_confirmed_at,
        has_secret=bool(rules.secret_header),
        timeout_s=f"{rules.timeout_ms / 1000:g}",
        last_good=wording.age(rules.last_good_s) if rules.last_good_s else "",
    )
