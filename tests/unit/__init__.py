"""Tests of the kit's smallest parts."""
