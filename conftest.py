"""The suite's own plug-ins; fixtures for one component live in that component's tests."""

<<<<<<< HEAD
pytest_plugins = (
    "tests.plugins.installation",
    "tests.plugins.engines",
    "tests.plugins.gateway",
    "tests.plugins.departments",
)
=======
pytest_plugins = ("tests.plugins.installation", "tests.plugins.engines", "tests.plugins.gateway", "tests.plugins.nodes")
>>>>>>> d5742da (Run a hub and a node's server in tests of every storey)
