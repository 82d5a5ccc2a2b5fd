"""Asking any API server what the rulebook knows the answer to."""

from __future__ import annotations

import ipaddress
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dualstack.cluster.answer import Answer
from dualstack.cluster.api import PATCH_TYPES, Api
from dualstack.families import Family, Network, Shape
from dualstack.rulebook.model import Change, ClusterIP, Kind, Place, ServiceRequest
from dualstack.rulebook.wire import merge_patch, service_body

SERVICES = "/api/v1/namespaces/default/services"
NOBODYS = {Family.IPV4: "203.0.113.{}", Family.IPV6: "2001:db8::{}"}


@dataclass
class Asker:
    """Sends creates and changes, with a real address behind each symbol, never the same one twice."""

    api: Api
    shape: Shape
    networks: Mapping[Family, Network]
    """The Service ranges of both families; that of a family the shape lacks goes unused."""
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(16))
    _taken: dict[Family, str] = field(default_factory=dict)

    def create(
        self, request: ServiceRequest, addresses: Mapping[ClusterIP, str], name: str = "", *, dry_run: bool = False
    ) -> Answer:
        """POST a Service."""
        body = service_body(request, addresses, name or self.name())
        return self.api.request("POST", SERVICES, body, query=_query(dry_run))

    def patch(self, name: str, change: Change, addresses: Mapping[ClusterIP, str], *, dry_run: bool = False) -> Answer:
        """PATCH the ``spec`` of a Service."""
        return self.merge(name, merge_patch(change, addresses), dry_run=dry_run)

    def merge(self, name: str, patch: Mapping[str, Any], *, dry_run: bool = False) -> Answer:
        """PATCH a Service with any merge patch."""
        path, media_type = f"{SERVICES}/{name}", PATCH_TYPES["merge"]
        return self.api.request("PATCH", path, patch, query=_query(dry_run), content_type=media_type)

    def delete(self, name: str) -> Answer:
        """DELETE a Service."""
        return self.api.request("DELETE", f"{SERVICES}/{name}")

    def get(self, name: str) -> Answer:
        """GET a Service."""
        return self.api.get(f"{SERVICES}/{name}")

    def name(self) -> str:
        """A name not used before."""
        return f"row-{next(self._numbers)}"

    def addresses(self, *symbols: ClusterIP | None) -> dict[ClusterIP, str]:
        """A real address for each symbol but None and those that the asked Service holds itself."""
        wanted = {s for s in symbols if s is not None and s.family is not None and s.place is not Place.HELD}
        return {symbol: self._address(symbol) for symbol in wanted}

    def _address(self, symbol: ClusterIP) -> str:
        family = Family(str(symbol.family))
        if symbol.place is Place.OUTSIDE:
            return NOBODYS[family].format(7)
        if symbol.place is Place.NETWORK:
            return str(self.networks[family].network_address)
        if symbol.place is Place.TAKEN and family in self.shape.families:
            return self._taken_address(family)
        free = self._free(family, symbol.place)
        return ipaddress.ip_address(free).exploded.upper() if symbol.place is Place.LONGHAND else free

    def _free(self, family: Family, place: Place) -> str:
        if family not in self.shape.families:
            return NOBODYS[family].format(8 + list(Place).index(place))
        return str(self.networks[family][next(self._numbers)])

    def _taken_address(self, family: Family) -> str:
        if family not in self._taken:
            answer = self.create(ServiceRequest(Kind.CLUSTER_IP, families=(family.value,)), {})
            self._taken[family] = answer.body["spec"]["clusterIP"]
        return self._taken[family]


def _query(dry_run: bool) -> dict[str, str]:
    return {"dryRun": "All"} if dry_run else {}
