"""Providers, settings and the wire: the edges of the kit."""
