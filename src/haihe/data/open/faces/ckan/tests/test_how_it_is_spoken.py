"""How clients and this face speak: addresses, bodies, statuses; and what it answers to whoever means ill."""

import json
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
JSON = "application/json"


def post(name: str, body: Any, content_type: str = JSON) -> Any:
    told = body if isinstance(body, bytes | str) else json.dumps(body)
    return Client(enforce_csrf_checks=True).post(f"/api/3/action/{name}", told, content_type=content_type)


def get(action: str, **told: Any) -> Any:
    return Client().get(f"/api/3/action/{action}", told)


def test_the_version_is_told_without_a_redirect() -> None:
    for address in ("/api/3", "/api/3/"):
        answer = Client().get(address)
        assert (answer.status_code, answer.json()) == (200, {"version": 3})


def test_both_addresses_and_both_methods_answer_alike(published: str) -> None:
    for answer in (
        get("package_show", id="canteens"),
        post("package_show", {"id": "canteens"}),
        Client().get("/api/action/package_show?id=canteens"),
        post("package_show", "id=canteens", "application/x-www-form-urlencoded"),
        post("package_show", "%7B%22id%22%3A%22canteens%22%7D", "application/x-www-form-urlencoded"),
    ):
        told = answer.json()
        assert (answer.status_code, told["success"], told["result"]["name"]) == (200, True, "canteens")
        assert told["help"] == "http://testserver/api/3/action/help_show?name=package_show"
        assert answer["Content-Type"] == "application/json;charset=utf-8"


def test_what_is_no_action_or_no_json_is_a_bare_text() -> None:
    assert get("nothing").json() == "Bad request: Action name not known: nothing"
    for body in (b"{", b"\xff", "[" * 100_000, '{"id": NaN}', "9" * 5000, '{"id": "\\ud800"}', '{"id": "a\\u0000"}'):
        answer = post("package_show", body)
        assert answer.status_code == 400
        assert answer.json().startswith("Bad request: JSON Error: ")
    assert post("package_show", b"[1]").json().startswith("Bad request: JSON Error: ")
    assert Client().put("/api/3/action/package_list").status_code == 405


@pytest.mark.parametrize(
    ("name", "told", "status", "kind"),
    [
        ("package_show", {"id": "nothing"}, 404, "Not Found Error"),
        ("package_show", {}, 409, "Validation Error"),
        ("package_show", {"id": ["a"]}, 409, "Validation Error"),
        ("package_show", {"id": "x" * 5000}, 409, "Validation Error"),
        ("package_search", {"fq": "nothing:here"}, 400, "Search Query Error"),
        ("package_search", {"rows": "many"}, 409, "Validation Error"),
        ("package_search", {"rows": -1}, 409, "Validation Error"),
        ("user_show", {"id": "liu"}, 403, "Authorization Error"),
        ("datastore_search_sql", {"sql": "SELECT 1"}, 403, "Authorization Error"),
    ],
)
def test_errors_have_their_kind_and_status(published: str, name: str, told: Any, status: int, kind: str) -> None:
    answer = post(name, told)
    assert (answer.status_code, answer.json()["success"], answer.json()["error"]["__type"]) == (status, False, kind)


def test_a_callback_must_be_a_name_and_nothing_of_it_comes_back(published: str) -> None:
    answer = get("package_list", callback="jQuery123.done")
    assert answer["Content-Type"].startswith("application/javascript")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.content.startswith(b"/**/jQuery123.done({")
    for evil in ("alert(1)//", "<script>alert(1)</script>", "a;b", "a\n", "x" * 400, "é", "a..b"):
        answer = get("package_list", callback=evil)
        assert answer.status_code == 400
        assert evil not in answer.content.decode()
        assert answer["Content-Type"].startswith(JSON)


def test_other_sites_may_ask(published: str) -> None:
    assert get("package_list")["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in get("package_list")
    assert Client().options("/api/3/action/package_list")["Access-Control-Allow-Headers"].startswith("X-CKAN-API-Key")


EVIL = (
    "'; DROP TABLE open_data_dataset; --",
    '" OR 1=1 --',
    "') UNION SELECT * FROM accounts_user --",
    "\\",
    "%",
    "a:b:c",
    "(((((((((((((((((((",
    "[* TO",
    "{1 TO 2]",
    "*:* OR (",
    "title:*a*b*c*d*e*f*",
    "title:[a TO b]",
    "metadata_modified:[0001-01-01T00:00:00Z TO 9999-12-31T23:59:59Z]",
    "metadata_modified:[NOW-99999YEARS TO *]",
    "metadata_modified:[2026-02-31 TO *]",
    "\x00",
    "\ud7ff",
    "_id",
    "-1",
    "1e309",
    "9" * 30,
    "{}",
    "[]",
    '{"a": {"b": [1, {"c": null}]}}',
    '{"seats": {"gt": "x"}}',
    '{"seats": {"; DROP": 1}}',
    '{"name": ["a", null]}',
    '{"seats": [1e400]}',
    '{"seats": true}',
    '{"x\\"; DROP TABLE rows; --": 1}',
    "[" * 3000,
    "<script>alert(1)</script>",
    "name desc; DROP TABLE rows",
    "name desc nulls last",
)
MOST_READ = ("q", "fq", "filters", "sort", "id")
DOORS = {
    "package_search": ("q", "fq", "fq_list", "sort", "rows", "start", "facet.field", "facet.limit", "fl"),
    "package_list": ("limit", "offset"),
    "package_autocomplete": ("q", "limit"),
    "resource_search": ("query", "limit"),
    "tag_autocomplete": ("query",),
    "tag_show": ("id",),
    "group_show": ("id",),
    "group_list": ("sort", "groups", "limit"),
    "organization_show": ("id",),
    "resource_show": ("id",),
    "datastore_search": (
        "filters",
        "q",
        "sort",
        "fields",
        "limit",
        "offset",
        "full_text",
        "cursor",
        "records_format",
        "distinct",
    ),
    "datastore_info": ("id",),
    "help_show": ("name",),
    "current_package_list_with_resources": ("limit", "page"),
    "recently_changed_packages_activity_list": ("limit", "offset"),
}


@pytest.mark.parametrize("name", sorted(DOORS))
def test_whatever_is_put_into_a_parameter_is_answered_as_ckan_would(csv_id: str, name: str) -> None:
    """The test client raises what a page raises: an error that isn't CKAN's fails here."""
    usual = {"resource_id": csv_id} if name == "datastore_search" else {}
    odds: tuple[Any, ...] = (None, True, -(10**400), 1.5, [], [[[[]]]], {"a": {"b": {}}}, [1, None, {"x": "y"}])
    for place, parameter in enumerate(DOORS[name]):
        for evil in EVIL if parameter in MOST_READ else EVIL[place % 3 :: 4]:
            answer = get(name, **usual | {parameter: evil})
            assert answer.status_code in (200, 400, 403, 404, 409), (parameter, evil)
            assert "<script" not in answer.content.decode() or answer["Content-Type"].startswith(JSON)
        for odd in odds:
            assert post(name, usual | {parameter: odd}).status_code in (200, 400, 403, 404, 409), (parameter, odd)
    assert post("package_list", {}).json()["result"] == ["canteens"]
