"""What departments know is about the residents there are, and agrees across departments."""

import pytest

from haihe.city import cast
from haihe.city.demo.population import REGISTERS
from haihe.city.demo.tests.conftest import TODAY, SmallCity


@pytest.mark.parametrize("register", REGISTERS)
def test_a_register_holds_residents_by_their_own_names_and_each_once(small_city: SmallCity, register: str) -> None:
    strangers = f"SELECT count(*) FROM {{{register}}} ANTI JOIN {{resident}} USING (id_number, name)"
    assert small_city.count(strangers) == 0
    assert small_city.count(f"SELECT count(*) - count(DISTINCT id_number) FROM {{{register}}}") == 0
    assert small_city.count(f"SELECT count(*) FROM {{{register}}}") == small_city.figures.rows[register]


def test_about_one_in_thirty_is_on_relief_and_most_of_them_in_order(small_city: SmallCity) -> None:
    rows = small_city.figures.rows
    assert 0.026 < rows["relief_register"] / rows["resident"] < 0.038
    in_order = small_city.count("SELECT count(*) FROM {relief_register} WHERE status = '在保'")
    assert 0.88 < in_order / rows["relief_register"] < 0.99


def test_a_household_shares_its_relief(small_city: SmallCity) -> None:
    divided = small_city.ask(
        "SELECT household FROM {resident} LEFT JOIN {relief_register} r USING (id_number) "
        "GROUP BY household HAVING count(r.id_number) NOT IN (0, count(*)) "
        "OR count(DISTINCT (r.certificate_no, r.status, r.householder_id_number, r.household_size)) > 1"
    )
    assert divided == []


def test_relief_in_order_runs_on_and_stopped_relief_has_run_out(small_city: SmallCity) -> None:
    wrong = small_city.count(
        f"SELECT count(*) FROM {{relief_register}} WHERE (status = '在保') <> (valid_until >= DATE '{TODAY}') "
        "OR valid_from > valid_until"
    )
    assert wrong == 0


def test_the_story_finds_its_people_as_it_needs_them(small_city: SmallCity) -> None:
    on_register = dict(
        small_city.ask("SELECT name, status FROM {relief_register} WHERE certificate_no LIKE '%39000001'")
    )
    assert on_register["刘志远"] == "在保"
    assert small_city.count(f"SELECT count(*) FROM {{relief_register}} WHERE id_number = '{cast.ZHANG.id_number}'") == 0
    assert small_city.count(f"SELECT count(*) FROM {{relief_register}} WHERE id_number = '{cast.WANG.id_number}'") == 1


def test_fund_accounts_are_of_working_age_with_something_on_them(small_city: SmallCity) -> None:
    assert small_city.count("SELECT count(*) - count(DISTINCT account_no) FROM {housing_fund_account}") == 0
    wrong = small_city.count(
        "SELECT count(*) FROM {housing_fund_account} JOIN {resident} USING (id_number) "
        "WHERE balance_yuan <= 0 OR monthly_deposit_yuan <= 0 OR birth_date > DATE '2007-01-01'"
    )
    assert wrong == 0


def test_the_casts_accounts_are_those_the_desk_sees(small_city: SmallCity) -> None:
    for account in cast.FUND_ACCOUNTS:
        found = small_city.ask(
            f"SELECT account_no, balance_yuan FROM {{housing_fund_account}} WHERE id_number = '{account.id_number}'"
        )
        assert found == [(account.account_no, account.balance_yuan)]
        assert cast.fund_account(account.id_number) is account
    assert cast.fund_account("nobody") is None


def test_savers_are_insured_through_work_but_for_a_few_that_a_cross_check_should_find(small_city: SmallCity) -> None:
    savers = "FROM {housing_fund_account} f JOIN {social_insurance} s USING (id_number) WHERE f.status = '正常'"
    assert small_city.count(f"SELECT count(*) {savers} AND s.scheme <> '城镇职工'") == 0
    astray = small_city.count(f"SELECT count(*) {savers} AND s.status = '中断缴费'")
    assert 0 < astray < 0.01 * small_city.count(f"SELECT count(*) {savers}")


def test_the_disabled_are_likelier_to_be_on_relief(small_city: SmallCity) -> None:
    share, share_of_disabled = small_city.ask(
        "SELECT avg((r.id_number IS NOT NULL)::INTEGER), "
        "avg((r.id_number IS NOT NULL)::INTEGER) FILTER (d.id_number IS NOT NULL) FROM {resident} "
        "LEFT JOIN {relief_register} r USING (id_number) LEFT JOIN {disability_register} d USING (id_number)"
    )[0]
    assert share_of_disabled > 2 * share
