"""Which items of a life event somebody wants: the first part of its one form, asked step by step.

The form is offered as `bundle-<slug>`. Each optional item is a yes or no, `take_…`; of a step that takes one of
several, `pick_…` says which. Names are made from slugs, so that a draft goes on when the order of a bundle changes.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.items.bundles import Bundle, BundleStep, Taken, bundle
from haihe.platforms.services.items.definition import ItemDefinition
from haihe.platforms.services.items.kinds import ItemChannel
from haihe.platforms.services.items.texts import Text

PREFIX: Final = "bundle-"
_CHOICES: Final = ("take_", "pick_")
SECTION: Final = "items"
_TITLE: Final = forms.Text(zh="要一起办的事", en="What you want done")
_NOTE: Final = forms.Text(
    zh="要办的选“是”，不办的选“否”；后面只问选了的事需要的内容，一样的内容只填一次。",
    en="Say yes to what you want; you are asked only for what that needs, and for nothing twice.",
)
_WHICH: Final = forms.Text(zh="选哪一项（都不办的不用选）", en="Which one (none: leave it open)")


def offer_slug(bundle: Bundle) -> str:
    """Return under which name a life event's form is offered."""
    return f"{PREFIX}{bundle.slug}"


def bundle_of(offer_slug: str) -> Bundle | None:
    """Return the life event whose form is offered under this name."""
    return bundle(offer_slug.removeprefix(PREFIX)) if offer_slug.startswith(PREFIX) else None


def may_be_in_form(item: ItemDefinition) -> bool:
    """Say whether an item can be applied for together with others: it has a form, on the phone and at the window."""
    return bool(item.form) and {ItemChannel.PHONE, ItemChannel.WINDOW} <= set(item.channels)


def field_of(step: BundleStep, item: str) -> str:
    """Return the field that asks for an item; "" where it is always taken."""
    if step.taken is Taken.ONE:
        return f"pick_{forms.mark_of(step.items[0])}"
    return f"take_{forms.mark_of(item)}" if step.taken is Taken.EACH else ""


def condition_of(step: BundleStep, item: str) -> str:
    """Return the condition under which an item is applied for; "" where it always is."""
    field = field_of(step, item)
    return f"{field} == '{item}'" if step.taken is Taken.ONE else field


def choosing_section(bundle: Bundle, items: Mapping[str, ItemDefinition]) -> forms.Section | None:
    """Return the part of the form that asks which items; None where there is nothing to choose."""
    fields: list[forms.Field] = []
    for step in bundle.steps_in_form:
        here = [items[slug] for slug in step.items if slug in items]
        if step.taken is Taken.EACH:
            fields += [_yes_no(step, item) for item in here]
        elif step.taken is Taken.ONE and here:
            fields.append(_one_of(step, here))
    return forms.Section(name=SECTION, title=_TITLE, note=_NOTE, fields=tuple(fields)) if fields else None


def choices_in(post: Mapping[str, str], bundle: Bundle, *, on: date) -> dict[str, str] | None:
    """Return what was chosen on a page; None where something was said that the form doesn't ask."""
    offer = forms.offer_of(offer_slug(bundle), on=on)
    if offer is None:
        return None
    said = {name: value for name, value in post.items() if name.startswith(_CHOICES)}
    first = offer.form.sections[0]
    known = {field.name: field for field in first.fields} if first.name == SECTION else {}
    return said if all(name in known and _may_be(known[name], value) for name, value in said.items()) else None


def _may_be(field: forms.Field, said: str) -> bool:
    if field.kind is forms.Kind.YES_NO:
        return said in ("yes", "no")
    return not said or field.option(said) is not None


def _yes_no(step: BundleStep, item: ItemDefinition) -> forms.Field:
    when = step.when_of(item.slug)
    return forms.Field(
        name=field_of(step, item.slug),
        kind=forms.Kind.YES_NO,
        label=_text(item.name),
        note=_text(when) if when else None,
    )


def _one_of(step: BundleStep, items: list[ItemDefinition]) -> forms.Field:
    options = tuple(forms.Option(value=item.slug, zh=item.name.zh, en=item.name.en) for item in items)
    return forms.Field(
        name=field_of(step, items[0].slug),
        kind=forms.Kind.CHOICE,
        label=forms.Text(zh=f"{step.title.zh}：{_WHICH.zh}", en=f"{step.title.en}: {_WHICH.en}"),
        note=_text(step.when) if step.when else None,
        required=False,
        options=options,
    )


def _text(text: Text) -> forms.Text:
    return forms.Text(zh=text.zh, en=text.en)
