"""Read a page as a person does: its words, its links, its forms."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_SILENT = {"script", "style", "template"}
_BREAKS = {
    "p",
    "div",
    "li",
    "tr",
    "dd",
    "dt",
    "h1",
    "h2",
    "h3",
    "section",
    "article",
    "br",
    "td",
    "th",
    "label",
    "button",
}


@dataclass(slots=True)
class Form:
    """One form: where it goes, and what it holds before anything is typed."""

    action: str
    values: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


class Page(HTMLParser):
    """A parsed page. `text` has one line per block; `forms` and `links` stand in the order of the page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._pieces: list[str] = []
        self._silent = 0
        self._form: Form | None = None
        self._select: str | None = None
        self._textarea: str | None = None
        self.feed(html)

    @property
    def text(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self._pieces).splitlines())
        return "\n".join(line for line in lines if line)

    def form(self, *names: str) -> Form:
        """Return the first form with these fields. Raises: LookupError."""
        for form in self.forms:
            if form.names.issuperset(names):
                return form
        raise LookupError(f"the page has no form with {', '.join(names)}")

    def form_to(self, part: str) -> Form:
        """Return the first form whose address holds this part. Raises: LookupError."""
        for form in self.forms:
            if part in form.action:
                return form
        raise LookupError(f"the page has no form that goes to {part}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self._silent += tag in _SILENT
        if tag in _BREAKS:
            self._pieces.append("\n")
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        elif tag == "form":
            self._form = Form(attributes.get("action", ""))
            self.forms.append(self._form)
        elif self._form is not None:
            self._field(self._form, tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT
        if tag == "form":
            self._form = None
        elif tag in {"select", "textarea"}:
            self._select = self._textarea = None
        if tag in _BREAKS:
            self._pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if self._textarea is not None and self._form is not None:
            self._form.values[self._textarea] += data
        if not self._silent:
            self._pieces.append(data)

    def _field(self, form: Form, tag: str, attributes: dict[str, str]) -> None:
        name, value = attributes.get("name", ""), attributes.get("value", "")
        if tag == "option" and self._select is not None:
            if "selected" in attributes or self._select not in form.values:
                form.values[self._select] = value
        elif not name:
            return
        elif tag == "select":
            self._select = name
        elif tag == "textarea":
            self._textarea, form.values[name] = name, ""
        elif tag == "button":
            form.buttons.append((name, value))
        elif tag == "input":
            self._input(form, name, value, attributes)
        form.names.add(name)

    def _input(self, form: Form, name: str, value: str, attributes: dict[str, str]) -> None:
        if attributes.get("type") in {"checkbox", "radio"}:
            if "checked" in attributes:
                form.values[name] = value or "on"
        elif attributes.get("type") not in {"file", "submit"}:
            form.values[name] = value
