"""Loads the plugin in a bare checkout; a no-op once the package is installed."""

pytest_plugins = ["dualstack.plugin", "pytester"]
