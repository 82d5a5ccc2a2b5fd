"""What the rows of the matrix share on one worker: real addresses behind symbols, and stored Services."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field

import pytest

from dualstack.rulebook.matrix import CreateRow
from dualstack.rulebook.model import ClusterIP, Kind, Place, ServiceRequest
from dualstack.rulebook.wire import service_body
from dualstack.testing import Cluster, Family, Resource

NOBODYS = {
    Family.IPV4: ("203.0.113.7", "198.51.100.7", "192.0.2.7", "192.0.2.8", "192.0.2.9", "192.0.2.10"),
    Family.IPV6: ("2001:db8::7", "2001:db8:1::7", "2001:db8:2::7", "2001:db8:2::8", "2001:db8:2::9", "2001:db8:2::a"),
}
"""Documentation addresses: no network has them, but a cluster may have put a Service range over some."""


@dataclass
class Bench:
    """One worker's free addresses and stored Services, chosen and made when a row first needs them."""

    addresses: dict[ClusterIP, str] = field(default_factory=dict)
    services: dict[ServiceRequest, Resource] = field(default_factory=dict)

    def service(self, cluster: Cluster, request: ServiceRequest) -> Resource:
        """A stored Service in this state.  It outlives the test and goes with the run's namespace."""
        if request not in self.services:
            body = service_body(request, {}, cluster.pool.name("row"))
            if request.kind is Kind.LOAD_BALANCER:
                # A class that nobody answers: the rows are about the API, not about a load balancer.
                body["spec"]["loadBalancerClass"] = "conformance.test/none"
            self.services[request] = cluster.create(body)
            cluster.created.remove(self.services[request].path)
        return self.services[request]

    def named_by(self, row: CreateRow, cluster: Cluster) -> dict[ClusterIP, str]:
        """The real address behind each symbol of a row; skips a row that this cluster cannot be asked."""
        symbols = [symbol for symbol in row.addresses if symbol.family is not None]
        if symbols:
            _skip_where_addresses_cannot_be_named(cluster, dry_run=not row.needs_real_write)
        if row.needs_real_write:
            # A refused create of two addresses may hold on to the first for a while: never use it again.
            self.addresses.clear()
        return {symbol: self._address(symbol, cluster) for symbol in symbols}

    def _address(self, symbol: ClusterIP, cluster: Cluster) -> str:
        if symbol not in self.addresses:
            self.addresses[symbol] = self._choose(symbol, cluster)
        return self.addresses[symbol]

    def _choose(self, symbol: ClusterIP, cluster: Cluster) -> str:
        family = Family(str(symbol.family))
        if symbol.place is Place.OUTSIDE or family not in cluster.families:
            return _nobodys(symbol, cluster)
        if symbol.place is Place.NETWORK:
            return str(cluster.facts.networks(family)[0].network_address)
        if symbol.place is Place.TAKEN:
            holder = self.service(cluster, ServiceRequest(Kind.CLUSTER_IP, "PreferDualStack"))
            return str(holder["spec.clusterIPs"][cluster.families.index(family)])
        free = cluster.free_address(family)
        return ipaddress.ip_address(free).exploded.upper() if symbol.place is Place.LONGHAND else free


def _nobodys(symbol: ClusterIP, cluster: Cluster) -> str:
    """An address in no Service range, another one for each place, in the spelling of the place."""
    family = Family(str(symbol.family))
    networks = cluster.facts.networks(family)
    outside = [text for text in NOBODYS[family] if not any(ipaddress.ip_address(text) in n for n in networks)]
    chosen = ipaddress.ip_address(outside[list(Place).index(symbol.place) % len(outside)])
    return chosen.exploded.upper() if symbol.place is Place.LONGHAND else str(chosen)


def _skip_where_addresses_cannot_be_named(cluster: Cluster, *, dry_run: bool) -> None:
    ranges = [cluster.facts.networks(family) for family in cluster.families]
    if not all(ranges):
        pytest.skip("the Service ranges of this cluster are not known, so no address can be named")
    if dry_run and any(len(networks) > 1 for networks in ranges):
        # A dry run tries one range of the family, any one, and refuses the addresses of the others.
        pytest.skip("a dry run cannot judge named addresses where one family has several ServiceCIDRs")


@pytest.fixture(scope="session")
def bench() -> Bench:
    """What the rows of this worker share."""
    return Bench()
