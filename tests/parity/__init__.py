"""Emulated cluster, rulebook, recordings and real servers held against each other."""
