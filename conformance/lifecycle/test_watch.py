"""What a watch shows while a Service changes: each change once, and whole."""

from typing import Any

from dualstack.testing import Cluster, Resource, at_once, contradictions, expect_value, requirement

NO_CONTROLLER = {"loadBalancerClass": "conformance.test/none"}
SECONDS = 20


def changes(cluster: Cluster) -> list[dict[str, Any]]:
    """Ten changes of policy and type, each different from what it finds."""
    up = {"ipFamilyPolicy": "RequireDualStack" if cluster.shape.is_dual else "PreferDualStack"}
    down = {"ipFamilyPolicy": "SingleStack"}
    balanced = {"type": "LoadBalancer", **NO_CONTROLLER}
    external = {"type": "ExternalName", "externalName": "example.com"}
    back = {"type": "ClusterIP", "externalName": None, **up}
    return [up, down, up, {"type": "NodePort"}, down, balanced, {"type": "ClusterIP", **up}, down, external, back]


def changed(cluster: Cluster, service: Resource) -> list[Resource]:
    """The Service as it was answered after each of the changes."""
    return [cluster.patch(service, {"spec": change}) for change in changes(cluster)]


def watched(cluster: Cluster, service: Resource, count: int) -> list[dict[str, Any]]:
    """The first so many events of the Service after its creation."""
    collection, _, name = service.path.rpartition("/")
    query = {"fieldSelector": f"metadata.name={name}", "resourceVersion": service["metadata.resourceVersion"]}
    events = []
    for event in cluster.api.events(collection, query=query, seconds=SECONDS):
        events.append(event)
        if len(events) == count:
            break
    return events


def seen_while_changing(cluster: Cluster) -> tuple[list[Resource], list[dict[str, Any]]]:
    """The answers to the changes, and the events of a watch that ran meanwhile, up to the deletion."""
    service = cluster.create("services/cluster-ip.yaml", {"spec.ipFamilyPolicy": "SingleStack"})
    count = len(changes(cluster)) + 1
    results: list[Any] = at_once([lambda: until_deleted(cluster, service), lambda: watched(cluster, service, count)])
    return results[0], results[1]


def until_deleted(cluster: Cluster, service: Resource) -> list[Resource]:
    """The answers to the changes; the Service is deleted after them."""
    answers = changed(cluster, service)
    cluster.delete(service)
    return answers


def versions(objects: list[Any]) -> list[str]:
    """The resource version of each object."""
    return [one["metadata"]["resourceVersion"] for one in objects]


@requirement("LIFE-014")
def test_each_change_is_one_event(cluster: Cluster) -> None:
    """A watch delivers one event a change, in order, and then the deletion."""
    answers, events = seen_while_changing(cluster)

    kinds = expect_value([event["type"] for event in events], subject="watch of a Service", field="event types")
    objects = expect_value(
        versions([event["object"] for event in events[:-1]]), subject="watch of a Service", field="resource versions"
    )

    kinds.equals(["MODIFIED"] * len(answers) + ["DELETED"])
    objects.equals(versions([answer.body for answer in answers]))


@requirement("LIFE-014")
def test_each_event_is_consistent(cluster: Cluster) -> None:
    """No event shows policy, families and addresses that contradict each other."""
    _, events = seen_while_changing(cluster)

    found = [fault for event in events for fault in contradictions(event["object"]["spec"])]

    expect_value(found, subject="watch of a Service", field="contradictions").equals([])
    expect_value(len(events), subject="watch of a Service", field="events").equals(len(changes(cluster)) + 1)
