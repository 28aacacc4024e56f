"""Cases of years, made in the database at once: to measure pages beside them. No form of theirs says anything."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import connection
from django.db.models import QuerySet

from haihe.base.accounts.api import Actor, Role
from haihe.base.paging import api as paging
from haihe.platforms.services import queries
from haihe.platforms.services.items.api import ItemVersion, items_in_force
from haihe.platforms.services.models import Case
from haihe.platforms.services.process_files import load_processes
from haihe.platforms.services.workflow import UNDECIDED

YEARS: Final = 3
_ITEMS: Final = 40
_BUSY: Final = "120029"
"""A quarter of all cases are this body's."""
_PROCESSES: Final = ("plain", "company-opening", "company-closing")

_PREPARE = """
CREATE TEMPORARY TABLE many_item (
    k integer PRIMARY KEY, item bigint, slug text, organisation text, prefix text, version bigint, process text
)
"""
_ITEM = """
INSERT INTO many_item VALUES (%s, %s, %s, %s, %s,
    (SELECT id FROM processes_processversion WHERE name = %s ORDER BY version DESC LIMIT 1), %s)
"""
_PROCESS_CASES = """
INSERT INTO processes_processcase (id, version_id, state, outcome, wake_at, started_at, ended_at)
SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, m.version,
    CASE WHEN done THEN jsonb_build_object('process', m.process, 'version', v.version, 'outcome', 'CLOSED',
            'passed', '["data-check", "accept"]'::jsonb, 'next_number', 9, 'data', '{"promised_days": 5}'::jsonb)
        ELSE jsonb_build_object('process', m.process, 'version', v.version, 'passed', '["data-check"]'::jsonb,
            'next_number', 9, 'data', '{"promised_days": 5}'::jsonb, 'tokens', jsonb_build_array(jsonb_build_object(
                'number', 2, 'step', step, 'since', to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))))
    END,
    CASE WHEN done THEN 'CLOSED' ELSE '' END, NULL, at, CASE WHEN done THEN at + interval '2 days' END
FROM many_case JOIN many_item m USING (k) JOIN processes_processversion v ON v.id = m.version
"""
_CASES = """
INSERT INTO services_case (
    number, item_id, item_slug, organisation, subject_key, sealed_applicant, masked_name, masked_id_number, channel,
    process_case_id, state, token, opened_by, opened_name, opened_at, informed_at, due_at, basis, decided_at,
    decided_by, decided_name, decision_reason, closed_at, papers_saved, trips_saved, evidence, actor_key)
SELECT m.prefix || '-' || to_char(at, 'YYYYMMDD') || '-' || lpad(i::text, 7, '0'), m.item, m.slug, m.organisation,
    decode(md5(CASE WHEN done THEN 's' || i / 5 ELSE 'u' || i END), 'hex'), '\\x00', '合*人', '1201**********0000',
    CASE WHEN i %% 3 = 0 THEN 'WINDOW' ELSE 'PHONE' END,
    ('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, state,
    md5('t' || i)::uuid, md5('o' || i / 5)::uuid, '合成人', at, at,
    CASE WHEN NOT done AND step <> 'accept' THEN at + interval '7 days' END,
    CASE WHEN state = 'CLOSED' THEN 'PAPER' ELSE '' END, CASE WHEN done THEN at + interval '1 day' END,
    CASE WHEN done THEN md5('clerk')::uuid END, '合成人', CASE WHEN state = 'DECLINED' THEN '不符合条件' ELSE '' END,
    CASE WHEN done THEN at + interval '2 days' END, 0, 0, '{}',
    CASE WHEN i %% 2500 = 7 THEN decode(md5('agent'), 'hex') END
FROM many_case JOIN many_item m USING (k)
"""
_STEPS = """
INSERT INTO processes_openstep (case_id, number, step, kind, by, since, due_at, attempts)
SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 2, step, 'TASK',
    CASE WHEN step = 'supplement' THEN 'citizen' ELSE 'clerk' END, at, at + interval '1 day', 0
FROM many_case WHERE NOT done
"""
_EVENTS = """
INSERT INTO services_caseevent (case_id, at, name, source, target, actor_kind, actor_name, clause, facts)
SELECT c.id, c.opened_at, 'open', '', '', 'CITIZEN', '合*人', '', '{"channel": "PHONE"}'::jsonb FROM services_case c
UNION ALL
SELECT c.id, c.opened_at + interval '1 hour', 'ready', 'SUBMITTED', 'AWAITING_ACCEPTANCE', 'SYSTEM', '', '', '{}'::jsonb
FROM services_case c
UNION ALL
SELECT c.id, c.closed_at, 'close', 'APPROVED', 'CLOSED', 'CLERK', '合成人', '', '{}'::jsonb
FROM services_case c WHERE c.closed_at IS NOT NULL
"""
_NUMBERED = """
CREATE TEMPORARY TABLE many_case AS
SELECT i, k, at, done, step,
    CASE WHEN NOT done THEN state WHEN i %% 10 = 3 THEN 'DECLINED' ELSE 'CLOSED' END AS state
FROM (
    SELECT i, i %% %(items)s AS k, %(now)s - make_interval(secs => (%(n)s - i) * %(years)s * 31536000.0 / %(n)s) AS at,
        i <= %(n)s * 0.95 AS done
    FROM generate_series(1, %(n)s) AS i
) made JOIN many_item USING (k)
CROSS JOIN LATERAL (
    SELECT CASE WHEN process <> 'plain' OR i %% 4 = 0 THEN 'AWAITING_ACCEPTANCE' WHEN i %% 4 = 1 THEN 'EXAMINING'
            WHEN i %% 4 = 2 THEN 'AWAITING_DECISION' ELSE 'SUPPLEMENTING' END AS state,
        CASE WHEN process <> 'plain' OR i %% 4 = 0 THEN 'accept' WHEN i %% 4 = 1 THEN 'examine'
            WHEN i %% 4 = 2 THEN 'decide' ELSE 'supplement' END AS step
) stands
"""


_OWN = """
UPDATE services_case SET subject_key = %s WHERE id IN (
    SELECT min(id) FROM services_case WHERE state = 'CLOSED' GROUP BY item_slug ORDER BY item_slug LIMIT %s)
"""


def plant_many(cases: int, *, now: datetime) -> None:
    """Put so many cases of the last years into an empty database: one in twenty under way."""
    load_processes(now=now)
    with connection.cursor() as cursor:
        cursor.execute(_PREPARE)
        cursor.executemany(_ITEM, _items())
        cursor.execute(_NUMBERED, {"n": cases, "items": _ITEMS, "now": now, "years": YEARS})
        for statement in (_PROCESS_CASES, _CASES):
            cursor.execute(statement.replace("%%", "%"))
        cursor.execute(_STEPS)
        cursor.execute(_EVENTS)
        cursor.execute("DROP TABLE many_case, many_item")


def give_to(citizen: bytes, count: int, *, agent: bytes) -> None:
    """Make so many of these cases a citizen's own, and one citizen the agent in all that have one."""
    with connection.cursor() as cursor:
        cursor.execute(_OWN, [citizen, count])
        cursor.execute("UPDATE services_case SET actor_key = %s WHERE actor_key IS NOT NULL", [agent])


def under_way() -> int:
    return Case.objects.filter(state__in=UNDECIDED).count()


def numbers_of(citizen: bytes) -> list[str]:
    return list(Case.objects.filter(subject_key=citizen).values_list("number", flat=True))


def numbers_at(organisation: str, most: int, *, oldest: bool = False) -> list[str]:
    """Return the numbers of a body's newest or oldest cases."""
    rows = Case.objects.filter(organisation=organisation).order_by("opened_at" if oldest else "-opened_at")
    return list(rows.values_list("number", flat=True)[:most])


def places_at(organisation: str, depths: Sequence[int]) -> tuple[list[str], list[str]]:
    """Return the places after so many rows of a body's queue and of all its cases, as far as there are so many."""
    clerk = Actor(None, "", frozenset({(Role.CLERK, organisation)}))
    running, _still = queue = queries.desk_queue_parts(clerk)
    every = queries.desk_cases(clerk)
    return _places(queue, running, depths), _places([every], every, depths)


def _places(segments: Sequence[QuerySet[Case]], rows: QuerySet[Case], depths: Sequence[int]) -> list[str]:
    last = [rows[depth - 1 : depth].first() if depth else None for depth in depths]
    return ["", *(paging.place(segments, 0, row) for row in last if row is not None)]


def _items() -> list[tuple[int, int, str, str, str, str, str]]:
    """Return items of many bodies, a quarter of them of one."""
    fit = [item for item in items_in_force() if item.process in _PROCESSES]
    companies = [item for item in fit if item.process != "plain"][:2]
    plain = [item for item in fit if item.process == "plain"]
    busy = [item for item in plain if item.authority == _BUSY][: _ITEMS // 4 - len(companies)]
    chosen = [*companies, *busy, *(item for item in plain if item.authority != _BUSY)][:_ITEMS]
    rows = {(row.slug, row.version): row.pk for row in ItemVersion.objects.filter(slug__in=[i.slug for i in chosen])}
    return [
        (k, rows[item.slug, item.version], item.slug, item.authority, item.case_prefix, item.process, item.process)
        for k, item in enumerate(chosen)
    ]
