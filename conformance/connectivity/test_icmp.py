"""Pods answer echoes, on which the search for the largest packet hangs."""

from dualstack.testing import Testbed, at_pods, requirement, routes


@requirement("CONN-004")
def test_pods_answer_echoes(testbed: Testbed) -> None:
    """A Pod gets an ICMP echo back from every address of Pods on its own and on other nodes."""
    client, *others = testbed.neighbours

    testbed.must_echo(routes([client], at_pods([*testbed.pods, *others])))
