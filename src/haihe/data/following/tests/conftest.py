"""The open platform's canteens, for the tests of who follows them."""

from haihe.data.open.tests.conftest import canteens, lake
from haihe.data.open.tests.test_opening_a_dataset import published

__all__ = ["canteens", "lake", "published"]
