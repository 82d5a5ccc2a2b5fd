"""Any sequence of creates, changes and deletes on the emulated server gets the answers that the rulebook owes."""

from __future__ import annotations

import ipaddress
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import assume, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from dualstack.cluster.api import Api
from dualstack.emulator.cluster import EmulatedCluster
from dualstack.families import Family, Network, Shape
from dualstack.providers.emulated import InProcessTransport
from dualstack.rulebook.creation import create
from dualstack.rulebook.matrix import held
from dualstack.rulebook.model import NONE, Accepted, Change, ClusterIP, Policy, ServiceRequest, ServiceSpec
from dualstack.rulebook.transition import apply, fill_left_out, update
from dualstack.rulebook.wire import expected, held_addresses, observed
from tests.parity.asking import Asker
from tests.rulebook.strategies import changes, requests

NETWORKS: dict[Family, Network] = {
    Family.IPV4: ipaddress.IPv4Network("10.96.0.0/16"),
    Family.IPV6: ipaddress.IPv6Network("fd00:10:96::/112"),
}


class Surprises(RuleBasedStateMachine):
    """Creates, changes and deletes Services; keeps what the rulebook says is stored now."""

    shape: Shape

    def __init__(self) -> None:
        super().__init__()
        self.asker = self.asker_of_a_fresh_server()
        self.stored: dict[str, ServiceSpec] = {}
        self.bodies: dict[str, dict[str, Any]] = {}

    def asker_of_a_fresh_server(self) -> Asker:
        """The server under test, empty."""
        cluster = EmulatedCluster(self.shape, ranges=tuple(NETWORKS[family] for family in self.shape.families))
        return Asker(Api(InProcessTransport(cluster)), self.shape, NETWORKS)

    @rule(request=requests())
    def create(self, request: ServiceRequest) -> None:
        """A create is answered as owed, and its Service is there afterwards."""
        addresses = self.asker.addresses(request.cluster_ip, *(request.cluster_ips or ()))
        name = self.asker.name()

        answer = self.asker.create(request, addresses, name)

        owed = create(self.shape, request)
        assert expected(owed, 201).contrast(observed(answer.status, answer.body, addresses)) == ("", "")
        self._keep(name, owed, answer.body)

    @precondition(lambda self: self.stored)
    @rule(data=st.data(), dry_run=st.booleans())
    def change(self, data: st.DataObject, dry_run: bool) -> None:
        """A change is answered as owed; a dry run answers the same and changes nothing."""
        name = data.draw(st.sampled_from(sorted(self.stored)))
        change = data.draw(changes(self.stored[name]))
        assume(not nobody_can_say(self.shape, self.stored[name], change))
        addresses = {**self.asker.addresses(*_named(change)), **held_addresses(self.bodies[name])}
        # Whether an address is taken shows only when it is reserved.
        dry_run = dry_run and not any(symbol.place == "taken" for symbol in addresses)

        answer = self.asker.patch(name, change, addresses, dry_run=dry_run)

        owed = update(self.shape, self.stored[name], change)
        seen = observed(answer.status, answer.body, addresses, self.bodies[name])
        assert expected(owed, 200).contrast(seen) == ("", "")
        if not dry_run:
            self._keep(name, owed, answer.body)

    @precondition(lambda self: self.stored)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        """A deleted Service is gone."""
        name = data.draw(st.sampled_from(sorted(self.stored)))

        assert self.asker.delete(name).status == 200

        assert self.asker.get(name).status == 404
        del self.stored[name], self.bodies[name]

    @invariant()
    def what_is_stored_is_what_was_answered(self) -> None:
        """No write changes another Service, and a refused one changes none."""
        for name, body in self.bodies.items():
            assert self.asker.get(name).body["spec"] == body["spec"]

    @invariant()
    def no_address_is_given_twice(self) -> None:
        """By value, whatever the spelling."""
        texts = [text for body in self.bodies.values() for text in body["spec"].get("clusterIPs", ())]
        addresses = [ipaddress.ip_address(text) for text in texts if text != "None"]

        assert len(addresses) == len(set(addresses))
        assert all(any(address in network for network in NETWORKS.values()) for address in addresses)

    def _keep(self, name: str, owed: Any, body: dict[str, Any]) -> None:
        if isinstance(owed, Accepted):
            self.stored[name], self.bodies[name] = held(owed.spec), body


def _named(change: Change) -> tuple[ClusterIP | None, ...]:
    singular = change.cluster_ip if isinstance(change.cluster_ip, ClusterIP) else None
    plural = change.cluster_ips if isinstance(change.cluster_ips, tuple) else ()
    return (singular, *plural)


def nobody_can_say(shape: Shape, stored: ServiceSpec, change: Change) -> bool:
    """Whether real servers answer in a way that no rule can mean, so that nothing is owed.

    - A single-stack one drops the connection when a Service with a dual-stack policy gives up its
      address and its selector at once: it looks for a range that it does not have.
    - ``None`` further on in the list counts as a known address if it is stored already.
    - ``clusterIP`` set and ``clusterIPs`` removed on the way to ExternalName is kept.
    """
    wanted = fill_left_out(stored, apply(stored, change))
    becomes_free_headless = wanted.is_free_headless and not stored.is_headless and not stored.is_external_name
    return (
        (becomes_free_headless and not shape.is_dual and wanted.policy != Policy.SINGLE)
        or (stored.is_headless and NONE in wanted.cluster_ips[1:])
        or (wanted.is_external_name and wanted.cluster_ip is not None and not wanted.cluster_ips)
    )


@pytest.mark.parametrize("shape", Shape)
def test_no_sequence_of_writes_surprises_the_rulebook(shape: Shape) -> None:
    """On each shape, from an empty server."""
    machine = type("SurprisesOnShape", (Surprises,), {"shape": shape})

    run_state_machine_as_test(machine, settings=settings(max_examples=25, stateful_step_count=20, deadline=None))
