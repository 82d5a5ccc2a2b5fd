"""The report at a terminal."""

from __future__ import annotations

import re

import pytest

from dualstack.report.model import Outcome
from dualstack.report.terminal import lines
from tests.report.samples import MUST, facts, mixed, musts, report, results

OWED = len(musts())
EXPECTED = """
Requirements
  area                failed    known    error   unsup.  not run    cases
  service-create           1        1        1        2        .       12
  service-default          1        .        .        .        .        1
  headless                 .        .        .        .        1        0
  total                    2        1        1        2        1       13

ipFamilyPolicy x ipFamilies of ClusterIP
                         absent       IPv4       IPv6  IPv4+IPv6  IPv6+IPv4
  absent                   IPv4          -          -          -          -
  SingleStack                 -          -      error    refused          -
  PreferDualStack        FAILED          -          -          -          -
  RequireDualStack            -          -          -          -          -
  families: accepted as owed with these; refused: as owed; FAILED: not as owed;
  -: not judged

Failed
  conformance/area/test_one.py:12: Nonconformance
  matrix/test_create_matrix.py::test_create[ClusterIP-PreferDualStack-no_families]
    SVC-CREATE-005 (MUST)  PreferDualStack without ipFamilies yields both
    families in cluster order and two clusterIPs in that order.
      object    Service ds-7f3a/two-families
      field     spec.clusterIPs
      expected  IPv4, IPv6
      observed  IPv4, IPv4
      cluster   existing v1.36.0, dual-v4, services 10.96.0.0/16 +
                fd00:10:96::/112
      request   POST /api/v1/namespaces/ds-7f3a/services -> 201
"""
REST = """\
      evidence  out/evidence/SVC-CREATE-005/main-001.json
      again     dualstack --dualstack-context lab --dualstack-only
                SVC-CREATE-005
    also: services/test_two.py::test_two[0]
    also: services/test_two.py::test_two[1]
    also: services/test_two.py::test_two[2]
    and 2 more cases, all in the report
"""
END = f"""
Known failures
  our ticket 12, until 2026-12-31
      SVC-CREATE-002

Errors: the suite could not tell
  InfrastructureProblem: connection refused
      SVC-CREATE-001

Unsupported: does not apply here
  applies to ipv4, ipv6; this cluster is dual-v4
      SVC-CREATE-004, SVC-CREATE-006

Not run
  no test ran: deselected
      HL-001

Warnings
  TLS verification is off in the kubeconfig
  SVC-DEF-007 (SHOULD) failed: A mutating webhook or an older client that sends
    only clusterIP on update does not lose the secondary address.

cluster   existing v1.36.0, dual-v4, services 10.96.0.0/16 + fd00:10:96::/112
evidence  out/evidence
report    out/report.json
because   SVC-CREATE-002, SVC-CREATE-005
non-conformant: api, dual-v4, 2 of {OWED} MUSTs judged, 2 unsupported, 1 in error, {OWED - 5} not run
"""


def test_report_at_80_columns() -> None:
    """Tables, what failed, what is open, where to look, and last the verdict."""
    text = "\n".join(lines(mixed(), 80, written=["out/report.json"])) + "\n"

    assert text.startswith(EXPECTED)
    assert REST in text
    assert text.endswith(END)


@pytest.mark.parametrize("width", [80, 120])
def test_lines_fit(width: int) -> None:
    """Nothing is wider than the terminal but what cannot be broken (links, test ids) and the verdict."""
    shown = lines(mixed(), width)[:-1]

    assert [line for line in shown if len(line) > width and "://" not in line and "::" not in line] == []


def test_colour_adds_nothing_but_colour() -> None:
    """The words are the same, and there is no escape where no colour is wanted."""
    plain, colored = lines(mixed(), 80), lines(mixed(), 80, color=True)

    assert [re.sub("\x1b\\[[0-9;]*m", "", line) for line in colored] == plain
    assert colored != plain
    assert not any("\x1b" in line for line in plain)


def test_conformant_run_is_short() -> None:
    """No failures, no lists: areas and the verdict."""
    shown = lines(report(results(), facts=facts(notes=())), 80)

    assert not {"Failed", "Warnings", "Not run", "Known failures"} & set(shown)
    assert shown[-1].startswith("conformant: api, dual-v4, ")


def test_run_without_a_cluster() -> None:
    """What stopped it is said before the verdict; a long list of ids is cut."""
    found = report(results(dict.fromkeys([r.id for r in results()], Outcome.NOT_RUN)), facts=None, problem="it is gone")

    shown = lines(found, 80)

    assert "cluster   no cluster" in shown
    assert "problem   it is gone" in shown
    assert any(" more" in line for line in shown)
    assert shown[-1].startswith("inconclusive: api, no cluster, 0 of ")


def test_contradicted_claim_is_told() -> None:
    """It decides the verdict."""
    shown = lines(report(results(), facts=facts(claims_contradicted=("sold as dual-v6",))), 80)

    assert "because   sold as dual-v6" in shown


def test_first_case_speaks_for_the_requirement() -> None:
    """The text of one failure, and the others by name only."""
    text = "\n".join(lines(report(results({MUST: Outcome.FAILED})), 120))

    assert text.count("  observed  IPv4, IPv4") == 1
