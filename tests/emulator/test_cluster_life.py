"""What a cluster holds at the start, namespaces that end, restarts, discovery, and who may do what."""

from __future__ import annotations

import pytest

from dualstack.emulator.authentication import User
from dualstack.emulator.cluster import EmulatedCluster
from dualstack.families import Shape, family_of
from tests.emulator.api import CONFIGMAPS, SERVICES, Api, configmap

CIDR = "/apis/networking.k8s.io/v1/servicecidrs/kubernetes"


@pytest.mark.parametrize("shape", list(Shape))
def test_the_kubernetes_service_has_the_primary_family(shape: Shape) -> None:
    """Service, slice, ServiceCIDR and IPAddress agree."""
    api = Api(EmulatedCluster(shape, seed=1))

    spec = api.stored(SERVICES + "/kubernetes")["spec"]
    piece = api.stored("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes")
    cidr = api.stored(CIDR)

    assert (spec["ipFamilyPolicy"], spec["ipFamilies"]) == ("SingleStack", [shape.primary])
    assert family_of(spec["clusterIP"]) is shape.primary
    assert piece["addressType"] == shape.primary
    assert [family_of(text) for text in cidr["spec"]["cidrs"]] == list(shape.families)
    assert cidr["status"]["conditions"][0]["type"] == "Ready"
    assert api("GET", f"/apis/networking.k8s.io/v1/ipaddresses/{spec['clusterIP']}").code == 200


@pytest.mark.parametrize(("before", "after", "cidrs"), [(Shape.IPV4, Shape.DUAL_V4, 2), (Shape.IPV4, Shape.DUAL_V6, 1),
                                                        (Shape.DUAL_V4, Shape.IPV4, 2)])  # fmt: skip
def test_a_restart_keeps_what_is_stored(before: Shape, after: Shape, cidrs: int) -> None:
    """Only the step to two ranges with the same first one extends the ServiceCIDR."""
    api = Api(EmulatedCluster(before, seed=1))
    api("POST", CONFIGMAPS, configmap("kept"))

    api.cluster.restart(after)

    assert api("GET", CONFIGMAPS + "/kept").code == 200
    assert len(api.stored(CIDR)["spec"]["cidrs"]) == cidrs


def test_servicecidrs_are_served_from_1_33() -> None:
    """Older servers do not know them."""
    assert Api(EmulatedCluster(Shape.IPV4, version=(1, 31), seed=1))("GET", CIDR).code == 404


def test_a_deleted_namespace_refuses_content_and_then_goes() -> None:
    """Terminating for a moment, then gone with all it held."""
    now = [1000.0]
    api = Api(EmulatedCluster(Shape.DUAL_V4, seed=1, clock=lambda: now[0]))
    here = "/api/v1/namespaces/mine"
    api("POST", "/api/v1/namespaces", {"metadata": {"name": "mine"}})
    api("POST", here + "/configmaps", configmap("a"))

    assert api("DELETE", here).body["status"]["phase"] == "Terminating"
    late = api("POST", here + "/configmaps", configmap("b"))
    assert (late.code, late.causes) == (403, {("NamespaceTerminating", "metadata.namespace")})

    now[0] += 1
    assert api("GET", here).code == 404
    assert api("GET", "/api/v1/configmaps").body["items"] == []


def test_content_needs_a_namespace() -> None:
    """Nothing is created in a namespace that is not there."""
    answer = Api()("POST", "/api/v1/namespaces/nope/configmaps", configmap("a"))

    assert (answer.code, answer.body["details"]["kind"]) == (404, "namespaces")


def test_discovery_in_both_forms_names_the_same_resources() -> None:
    """The aggregated documents and the single ones agree."""
    api = Api()
    accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"

    aggregated = {
        (group["metadata"].get("name", ""), version["version"], resource["resource"])
        for path in ("/api", "/apis")
        for group in api("GET", path, accept=accept).body["items"]
        for version in group["versions"]
        for resource in version["resources"]
    }
    versions = [("", "v1", "/api/v1")]
    for group in api("GET", "/apis").body["groups"]:
        versions += [(group["name"], v["version"], f"/apis/{v['groupVersion']}") for v in group["versions"]]
    single = {
        (group, version, resource["name"])
        for group, version, path in versions
        for resource in api("GET", path).body["resources"]
        if "/" not in resource["name"]
    }

    assert single == aggregated
    assert ("discovery.k8s.io", "v1", "endpointslices") in single


def test_openapi_says_how_ports_merge() -> None:
    """Clients patch by what the document says."""
    paths = Api()("GET", "/openapi/v3").body["paths"]
    document = Api()("GET", paths["api/v1"]["serverRelativeURL"].partition("?")[0]).body

    ports = document["components"]["schemas"]["io.k8s.api.core.v1.ServiceSpec"]["properties"]["ports"]
    assert ports["x-kubernetes-patch-merge-key"] == "port"
    assert ports["x-kubernetes-list-map-keys"] == ["port", "protocol"]


TOKENS = {"root": User("admin", ("system:masters",)), "low": User("low", ("devs",))}


def secured() -> tuple[Api, Api]:
    """An API that asks who one is, for an administrator and for a user without rights."""
    cluster = EmulatedCluster(Shape.DUAL_V4, seed=1, rbac=True, tokens=TOKENS)
    return Api(cluster, "root"), Api(cluster, "low")


@pytest.mark.parametrize("token", ["", "wrong"])
def test_a_missing_or_unknown_token_is_unauthorized(token: str) -> None:
    """Only versions and health answer everybody."""
    api = secured()[0]
    api.token = token

    assert api("GET", SERVICES).code == 401
    assert api("GET", "/version").code == 200
    assert api("GET", "/readyz").code == 200


def test_rights_come_from_roles_and_bindings() -> None:
    """Nothing is allowed until a bound rule covers it, and only that."""
    root, low = secured()
    refused = low("GET", CONFIGMAPS)
    assert (refused.code, refused.body["details"]) == (403, {"kind": "configmaps"})
    assert 'User "low" cannot list resource "configmaps"' in refused.body["message"]

    group = "/apis/rbac.authorization.k8s.io/v1/namespaces/default"
    rules = [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list"]}]
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"}
    subjects = [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "devs"}]
    root("POST", group + "/roles", {"metadata": {"name": "reader"}, "rules": rules})
    root("POST", group + "/rolebindings", {"metadata": {"name": "b"}, "roleRef": reference, "subjects": subjects})

    assert low("GET", CONFIGMAPS).code == 200
    assert low("POST", CONFIGMAPS, configmap("a")).code == 403
    assert low("GET", "/api/v1/configmaps").code == 403


@pytest.mark.parametrize(("who", "allowed"), [(0, True), (1, False)])
def test_access_reviews_answer_honestly(who: int, allowed: bool) -> None:
    """A review says what a request would meet."""
    wanted = {"verb": "list", "resource": "services", "namespace": "default"}
    path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"

    assert secured()[who]("POST", path, {"spec": {"resourceAttributes": wanted}}).body["status"] == {"allowed": allowed}
