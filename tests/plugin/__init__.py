"""The plugin as a user meets it: small suites in child processes, plain and distributed."""
