"""The matrix of configurations and versions."""
