"""How a failure speaks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dualstack.catalogue import CATALOGUE
from dualstack.report.failure import cluster_line, failure_text, source_link
from tests.report.samples import FACTS, FINDING, MUST, facts

TREE = "https://github.com/kubernetes/kubernetes"


def test_failure_text() -> None:
    """Requirement, object, field, expected, observed, cluster, request, source, evidence, again."""
    text = failure_text(CATALOGUE[MUST], FINDING, FACTS, ["out/evidence/1.json"], f"dualstack --dualstack-only {MUST}")

    assert text.splitlines() == [
        f"{MUST} (MUST)  {CATALOGUE[MUST].statement}",
        "  object    Service ds-7f3a/two-families",
        "  field     spec.clusterIPs",
        "  expected  IPv4, IPv6",
        "  observed  IPv4, IPv4",
        "  cluster   existing v1.36.0, dual-v4, services 10.96.0.0/16 + fd00:10:96::/112",
        "  request   POST /api/v1/namespaces/ds-7f3a/services -> 201",
        f"  source    {TREE}/blob/v1.36.0/pkg/registry/core/service/storage/alloc.go",
        f"            {CATALOGUE[MUST].source}",
        "  evidence  out/evidence/1.json",
        f"  again     dualstack --dualstack-only {MUST}",
    ]


def test_what_is_absent_has_no_line() -> None:
    """A failure without a request or evidence says nothing about them; a table keeps its columns."""
    finding = replace(FINDING, request="", observed="a b\n. X")

    text = failure_text(replace(CATALOGUE[MUST], source="API types"), finding, FACTS, [], "again")

    assert "  observed  a b\n            . X\n  cluster" in text
    assert "request" not in text
    assert "evidence" not in text
    assert "  source    API types\n  again     again" in text


@pytest.mark.parametrize(
    ("source", "link"),
    [
        ("pkg/a/b.go initX; c_test.go", f"{TREE}/blob/v1.36.0/pkg/a/b.go"),
        ("pkg/registry/core/service/ipallocator", f"{TREE}/tree/v1.36.0/pkg/registry/core/service/ipallocator"),
        ("test/e2e/network/dual_stack.go", f"{TREE}/blob/v1.36.0/test/e2e/network/dual_stack.go"),
        ("staging/src/k8s.io/api/core/v1/types.go", f"{TREE}/blob/v1.36.0/staging/src/k8s.io/api/core/v1/types.go"),
        ("alloc.go (family inference loop)", f"{TREE}/blob/v1.36.0/pkg/registry/core/service/storage/alloc.go"),
        ("managed fields; alloc.go", f"{TREE}/blob/v1.36.0/pkg/registry/core/service/storage/alloc.go"),
        ("KEP-563; docs dual-stack.md", "https://github.com/kubernetes/enhancements/issues/563"),
        ("ValidateServiceCIDRUpdate; kubernetes#131263", f"{TREE}/issues/131263"),
        ("docs dual-stack.md", "https://kubernetes.io/docs/concepts/services-networking/dual-stack/"),
        ("see https://example.org/a, section 2", "https://example.org/a"),
        ("API types listType=atomic", "API types listType=atomic"),
    ],
)
def test_source_link(source: str, link: str) -> None:
    """The first link that the text names, else the text."""
    assert source_link(source) == link


def test_cluster_line() -> None:
    """Unknown ranges are left out; no cluster is said."""
    assert cluster_line(facts(ranges=())) == "existing v1.36.0, dual-v4"
    assert cluster_line(None) == "no cluster"
