"""The fields of which forms of sources are made."""

from typing import Any, Final

from django import forms

INPUT: Final = {"class": "form-control"}
SELECT: Final = {"class": "form-select"}


def text(label: Any, *, hint: Any = "", required: bool = True, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, required=required, widget=forms.TextInput(attrs=INPUT), **more)


def number(label: Any, *, hint: Any = "", **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, help_text=hint, widget=forms.NumberInput(attrs=INPUT), **more)


def lines(label: Any, *, hint: Any = "", **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs=INPUT | {"rows": 4})
    return forms.CharField(label=label, help_text=hint, required=False, widget=widget, **more)


def choice(label: Any, choices: Any, *, hint: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, help_text=hint, widget=forms.Select(attrs=SELECT))


def password(label: Any, *, hint: Any = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs=INPUT | {"autocomplete": "new-password"})
    return forms.CharField(label=label, help_text=hint, required=False, widget=widget, strip=False)


def parts_of(told: str) -> list[str]:
    parts = (part.strip() for part in told.replace("，", ",").replace("、", ",").split(","))
    return [part for part in parts if part]


def pairs_of(told: str) -> dict[str, str]:
    """Return lines of `name=value` as a dict."""
    found = (line.partition("=") for line in told.splitlines() if line.strip())
    return {name.strip(): value.strip() for name, _, value in found}


def lines_of(pairs: dict[str, str]) -> str:
    return "\n".join(f"{name}={value}" for name, value in pairs.items())
