"""GitHub annotations."""

from __future__ import annotations

from dualstack.report.annotations import lines
from dualstack.report.model import Outcome, Result
from tests.report.samples import MUST, case, mixed, report


def test_commands_by_level() -> None:
    """A failed MUST is an error, a SHOULD and an error of the suite are warnings, a known failure a notice."""
    heads = [line.partition(",title=")[0] for line in lines(mixed())]
    place = "file=conformance/area/test_one.py,line=12"

    assert heads == [f"::warning {place}", f"::error {place}", f"::notice {place}", f"::warning {place}"]


def test_rows_of_one_line_share_an_annotation() -> None:
    """With their number."""
    (line,) = [line for line in lines(mixed()) if "SVC-CREATE-005" in line]

    assert line.endswith("spec.clusterIPs: expected IPv4, IPv6, observed IPv4, IPv4 (and 5 more cases)")


def test_text_cannot_end_a_command() -> None:
    """Line breaks, colons and commas are escaped where they have a meaning."""
    odd = case(MUST, Outcome.ERROR, reason="50%\n::error::gone", file="a,b:c.py")

    (line,) = lines(report([Result(MUST, Outcome.ERROR, "", [odd])]))

    assert "file=a%2Cb%3Ac.py,line=12,title=SVC-CREATE-001 (MUST) error::" in line
    assert line.endswith(" 50%25%0A::error::gone")
