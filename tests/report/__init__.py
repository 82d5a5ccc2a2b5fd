"""Tests of what is made from a run: verdict, exit code and every format of the report."""
