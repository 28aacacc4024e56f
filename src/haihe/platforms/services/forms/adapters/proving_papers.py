"""Registers that can stand in for a paper: one question each, through the gateway, under the grant of the authority.

Nothing here stops anybody: where no grant leads to a register, or none answers, the paper is brought.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from haihe.data.sharing import api as sharing
from haihe.data.sharing.api import GrantInfo
from haihe.platforms.services.forms.adapters.registers import is_in_force, name_of_organisation
from haihe.platforms.services.forms.ports import DataAnswer, DataQuestion, PaperAsking, Party

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GatewayProver:
    """Asks as the platform of the authority does; each question is in the ledger before it is answered."""

    verifier: Callable[[], sharing.Verifier]

    def would_ask(
        self, questions: Mapping[str, DataQuestion], *, authority: str, now: datetime
    ) -> Mapping[str, PaperAsking]:
        grants = [grant for grant in sharing.grants_of(authority) if is_in_force(grant, now)] if questions else []
        found = {}
        for paper, question in questions.items():
            grant = next((one for one in grants if _permits(one, question)), None)
            if grant is not None:
                source = name_of_organisation(question.source)
                found[paper] = PaperAsking(paper, source, str(question.asks), grant.legal_basis)
        return found

    def ask(self, question: DataQuestion, *, authority: str, whom: Party, case: str) -> DataAnswer | None:
        try:
            said = self.verifier().verify(
                organisation=authority,
                service=question.service,
                id_number=whom.number,
                name=whom.name,
                purpose=question.purpose,
                case=case,
                claim=question.claim,
            )
        except (sharing.SourceUnreachable, sharing.QuestionRefused) as refused:
            # The type only: an exception's text could quote the question.
            logger.warning("asking %s for a paper failed with %s", question.service, type(refused).__name__)
            return None
        source = name_of_organisation(question.source)
        return DataAnswer(str(said.answer), source, said.as_of, str(said.evidence))


def _permits(grant: GrantInfo, question: DataQuestion) -> bool:
    is_it = grant.service == question.service and question.purpose in grant.purposes
    return is_it and question.claim in grant.claims
