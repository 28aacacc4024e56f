"""Changing how a department's own interface is asked."""

from typing import NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict

from haihe.data.sharing.forms import tell_errors
from haihe.data.sharing.forms_interface import InterfaceForm
from haihe.data.sharing.models import Service
from haihe.data.sharing.operations.changing_source import ChangedSource
from haihe.kernel.source_rules import read_rules


class PlaceRow(NamedTuple):
    """The inputs of one field that the service gives."""

    title: str
    name: str
    pointer: BoundField
    type: BoundField


class SourceForm(InterfaceForm):
    """The rules as they are, to be changed. `seen` is the version that is shown, kept through a refusal."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, data: QueryDict | None, *, row: Service, version: int) -> None:
        super().__init__(data, initial=self.initial_of(read_rules(row.source)) | {"seen": version})
        self._row = row
        self.fields["url"].required = True
        for name in row.fields:
            self.add_place(name)
        tell_errors(self)

    @property
    def rows(self) -> list[PlaceRow]:
        return [
            PlaceRow(self._row.title_of(name), name, self[f"pointer_{name}"], self[f"type_{name}"])
            for name in self._row.fields
        ]

    def changed(self) -> ChangedSource:
        """Return what was filled in; for a form that is valid."""
        told = self.cleaned_data
        return ChangedSource(rules=self.rules(self._row.fields), seen=told["seen"], secret=told["secret"])
