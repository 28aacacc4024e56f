"""The items that can be applied for, as forms need to know them, and the life events that put several together."""

from datetime import date, datetime

from haihe.base.accounts.api import Actor
from haihe.platforms.services.bundle_offers import bundle_offer
from haihe.platforms.services.certificates import api as certificates
from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.forms.api import Offer, PaperNote, Question
from haihe.platforms.services.items.api import (
    ItemDefinition,
    ItemNotFound,
    Paper,
    Proof,
    Text,
    Verify,
    bundle_of,
    items_in_force,
    version_in_force,
)


class ItemOffers:
    """Offers the items in force that have a form, and the one form of each life event."""

    def offer(self, slug: str, *, on: date) -> Offer | None:
        if bundle := bundle_of(slug):
            return bundle_offer(bundle, on=on, offer_of=offer_of)
        try:
            item = version_in_force(slug, on=on).definition
        except ItemNotFound:
            return None
        return offer_of(item) if item.form else None

    def offers(self, authority: str, *, on: date) -> tuple[Offer, ...]:
        items = [item for item in items_in_force(on=on) if item.authority == authority and item.form]
        return tuple(offer_of(item) for item in items if forms.WINDOW in item.channels)


def offer_of(item: ItemDefinition) -> Offer:
    return Offer(
        slug=item.slug,
        version=item.version,
        authority=item.authority,
        name=_text(item.name),
        summary=_text(item.summary),
        form=forms.parse(item.form),
        channels=frozenset(str(channel) for channel in item.channels),
        questions=tuple(
            Question(_text(check.ask), check.needed == "yes", _text(check.otherwise)) for check in item.checks
        ),
        papers=tuple(_paper(paper) for paper in item.papers),
        conditions=tuple(_text(one) for one in item.conditions),
        fee=_text(item.fee),
        promised_days=item.promised_days,
        hotline=item.hotline,
    )


def _paper(paper: Paper) -> PaperNote:
    by_certificate = paper.proof is Proof.CERTIFICATE and bool(certificates.kinds_for_paper(paper.slug))
    question = _question(paper.verify) if paper.verify else None
    return PaperNote(_text(paper.name), _text(paper.note), paper.is_spared, paper.slug, by_certificate, question)


def _question(verify: Verify) -> forms.DataQuestion:
    return forms.DataQuestion(
        service=verify.service,
        claim=verify.claim,
        purpose=verify.purpose,
        source=verify.source,
        asks=_text(verify.asks),
        yes=_text(verify.yes),
        no=_text(verify.no),
    )


def held_papers(actor: Actor, now: datetime) -> dict[str, forms.HeldCertificate]:
    """Return by paper what in the actor's wallet stands for it, as forms show it before one begins."""
    held = certificates.held_by(actor, now=now)
    return {paper: forms.HeldCertificate(one.name, one.number, one.url) for paper, one in held.items()}


def _text(text: Text) -> forms.Text:
    return forms.Text(zh=text.zh, en=text.en)
