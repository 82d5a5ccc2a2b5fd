"""Tests of the emulated cluster."""
