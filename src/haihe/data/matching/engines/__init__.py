"""Engines that run a plan: DuckDB in this process, Spark where one machine is too small. Same plan, same result."""
