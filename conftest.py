"""The suite's own plug-ins; fixtures for one component live in that component's tests."""

pytest_plugins = (
    "tests.plugins.installation",
    "tests.plugins.engines",
    "tests.plugins.order",
    "tests.plugins.stores",
    "tests.plugins.gateway",
    "tests.plugins.departments",
    "tests.plugins.brokers",
    "tests.plugins.nodes",
    "tests.plugins.later",
)
