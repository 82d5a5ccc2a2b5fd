"""A small suite in which everything happens once, and what it must come to."""

from __future__ import annotations

MIXED = """
    @requirement("HL-001")
    @pytest.mark.parametrize("number", [1, 2, 3])
    def test_pass(dry_cluster: Cluster, number: int) -> None:
        "It does what it owes."
        expect(dry_cluster.create("services/cluster-ip.yaml"), "spec.ipFamilies").equals([dry_cluster.primary])

    @requirement("HL-002")
    @pytest.mark.parametrize("families", [["IPv4"], ["IPv6", "IPv4"], ["IPv4"]])
    def test_fail(cluster: Cluster, families: list[str]) -> None:
        "It does what it owes, but once."
        expect(cluster.create("services/cluster-ip.yaml"), "spec.ipFamilies").equals(families)

    @requirement("HL-003")
    def test_other_shape(cluster: Cluster) -> None:
        "It is for another shape."
        raise RuntimeError("this must not run")

    @requirement("HL-004")
    @pytest.mark.parametrize("works", [True, False])
    def test_break(works: bool) -> None:
        "It cannot tell."
        if not works:
            raise InfrastructureProblem("the wire is cut")

    @requirement("HL-005")
    def test_plain_assert() -> None:
        "A plain assert says nothing about the cluster's conformance."
        assert 1 == 2

    @pytest.fixture
    def broken():
        raise OSError("no space left")

    @requirement("HL-006")
    def test_set_up(broken) -> None:
        "Its set-up breaks."

    @pytest.fixture
    def leaky():
        yield
        raise OSError("no space left")

    @requirement("HL-008")
    def test_tear_down(leaky) -> None:
        "Its tear-down breaks."

    @requirement("HL-010")
    def test_should(dry_cluster: Cluster) -> None:
        "A SHOULD is not kept."
        expect(dry_cluster.create("services/cluster-ip.yaml"), "spec.type").equals("NodePort")

    @decided_by(lambda shape: "HL-009" if shape.is_dual else None)
    def test_row(dry_cluster: Cluster) -> None:
        "A row that exists here."

    @decided_by(lambda shape: None if shape.is_dual else "HL-011")
    def test_no_row(dry_cluster: Cluster) -> None:
        "A row that does not exist here."
        raise RuntimeError("this must not run")

    @requirement("CIDR-012")
    def test_opt_in(cluster: Cluster) -> None:
        "Not in this profile."
        raise RuntimeError("this must not run")
"""
OUTCOMES = {
    "HL-001": "passed",
    "HL-002": "failed",
    "HL-003": "unsupported",
    "HL-004": "error",
    "HL-005": "error",
    "HL-006": "error",
    "HL-008": "error",
    "HL-009": "passed",
    "HL-010": "failed",
}

EVERY_REPORT = (
    "--dualstack-report=ours.xml",
    "--dualstack-report=summary.md",
    "--dualstack-report=page.html",
    "--dualstack-evidence=evidence",
    "--junitxml=pytest.xml",
    "--alluredir=allure",
)
"""Options for every report there is, beside JSON."""
