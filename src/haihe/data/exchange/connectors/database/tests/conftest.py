import pytest
from tests.plugins.departments import DepartmentDatabase


@pytest.fixture(params=["postgresql", pytest.param("mysql", marks=pytest.mark.engine("mariadb"))])
def department(request: pytest.FixtureRequest) -> DepartmentDatabase:
    """Each of the databases that departments have."""
    name = {"postgresql": "department_postgres", "mysql": "department_mariadb"}[request.param]
    found: DepartmentDatabase = request.getfixturevalue(name)
    return found
