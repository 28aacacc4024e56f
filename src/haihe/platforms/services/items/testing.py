"""What tests of items share, here and a storey higher."""

from datetime import UTC, datetime

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ITEM = "housing-fund-relief-withdrawal"
