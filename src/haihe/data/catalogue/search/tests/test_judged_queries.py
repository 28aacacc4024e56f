"""How good the search is: queries that people type, judged by hand, against a catalogue of 130 made-up entries.

`pytest -s` prints the table. Recall: the share of the answers among the first twenty. nDCG: how far up they stand,
where an answer counts for more than half an answer (Järvelin and Kekäläinen 2002). The synonyms were written with these
queries in view, so the figures say that nothing got worse, not how it fares with words that nobody thought of.
"""

from math import log2

import pytest
from django.utils import timezone

from haihe.city.testing import load_departments
from haihe.data.catalogue.demo.many import judged_queries, plant_entries
from haihe.data.catalogue.models import Resource
from haihe.data.catalogue.search.finding import find

pytestmark = pytest.mark.django_db
FIRST = 20
MEAN_RECALL, MEAN_NDCG = 0.95, 0.95


def ndcg(titles: list[str], gains: dict[str, int]) -> float:
    def sum_of(values: list[int]) -> float:
        return sum((2.0**gain - 1) / log2(place + 2) for place, gain in enumerate(values))

    return sum_of([gains.get(title, 0) for title in titles]) / sum_of(sorted(gains.values(), reverse=True)[:FIRST])


def test_answers_are_found_and_stand_at_the_top() -> None:
    load_departments()
    plant_entries(now=timezone.now())
    known = set(Resource.objects.values_list("title", flat=True))
    recalls, ndcgs = [], []
    print(f"\n{'recall':>7}{'nDCG':>7}  query")
    for one in judged_queries():
        assert one.gains.keys() <= known, one.query
        found = find(Resource.objects.all(), one.query)
        titles = [row.title for row in found.rows[:FIRST]]
        if not one.gains:
            assert found.loosely or not titles, (one.query, titles)
            continue
        recalls.append(len(one.gains.keys() & set(titles)) / len(one.gains))
        ndcgs.append(ndcg(titles, one.gains))
        print(f"{recalls[-1]:>7.2f}{ndcgs[-1]:>7.2f}  {one.query}  → {' '.join(titles[:4])}")
    recall, gain = sum(recalls) / len(recalls), sum(ndcgs) / len(ndcgs)
    print(f"{recall:>7.3f}{gain:>7.3f}  all {len(recalls)}")
    assert recall >= MEAN_RECALL
    assert gain >= MEAN_NDCG
