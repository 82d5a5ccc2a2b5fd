"""Names of clusters that runs make, and what ``dualstack clean`` takes for one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dualstack.cleaning import Selection
from dualstack.kind.naming import RunCluster, cluster_name, read_name
from dualstack.ownership import Owner
from tests.command.commanding import run
from tests.kind.playing_kind import played, played_engine

GONE = Owner(Owner.me().machine, 4194303, "1")
ELSEWHERE = Owner("another-boot.4026531836", 12, "3456")


def test_a_name_says_who_made_it() -> None:
    """Run and process come back out of it; it is fit for a host name with kind's longest suffix."""
    name = cluster_name("1a2b3c4d", Owner.me())
    found = read_name(name)

    assert found == RunCluster(name, "1a2b3c4d", Owner.me())
    assert found.owner.is_known
    assert found.owner.lives
    assert len(f"{name}-external-load-balancer") <= 63


def test_a_process_of_another_machine_is_not_known() -> None:
    """Its number means nothing here."""
    found = read_name(cluster_name("1a2b3c4d", ELSEWHERE))

    assert found is not None
    assert not found.owner.is_known


@pytest.mark.parametrize(
    "name",
    ["kind", "lab", "dualstack", "dualstack-1a2b3c4d", "dualstack-dev-cluster", "my-dualstack-1a2b3c4d-000010000z"],
)
def test_names_of_others(name: str) -> None:
    """Whatever does not carry a run and a process is not ours."""
    assert read_name(name) is None


NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
OLD, YOUNG = NOW - timedelta(hours=2), NOW - timedelta(minutes=2)


@pytest.mark.parametrize(
    ("owner", "created", "run_id", "taken"),
    [
        (Owner.me(), OLD, "", False),
        (GONE, YOUNG, "", True),
        (ELSEWHERE, OLD, "", True),
        (ELSEWHERE, YOUNG, "", False),
        (ELSEWHERE, None, "", False),
        (ELSEWHERE, YOUNG, "1a2b3c4d", True),
        (GONE, OLD, "99999999", False),
    ],
)
def test_which_are_taken(owner: Owner, created: datetime | None, run_id: str, taken: bool) -> None:
    """Those of dead processes, those old enough where nothing is known, and those of a run that was named."""
    cluster = RunCluster("a name", "1a2b3c4d", owner)
    assert Selection(NOW, run_id).takes_cluster(cluster, created) is taken


def test_clean_takes_clusters_of_runs_without_a_folder(tmp_path: Path) -> None:
    """Only the one whose run is dead; what others made, and a run that lives, stay."""
    dead, living, far = (
        cluster_name("1a2b3c4d", GONE),
        cluster_name("2a2b3c4d", Owner.me()),
        cluster_name("3a2b3c4d", ELSEWHERE),
    )
    kind = played(tmp_path / "bin", clusters=["lab", "dualstack-mine", dead, living, far], nodes=["node"])
    played_engine(tmp_path / "bin", answers={"inspect": (0, datetime.now(UTC).isoformat())})
    path = f"{kind.folder}:/usr/bin:/bin"
    listed = run(tmp_path, "clean", "--list", PATH=path)

    assert listed.code == 0, listed.shown
    assert listed.out == f"would remove the kind cluster {dead}\n"
    assert "delete cluster" not in kind.commands()
    cleaned = run(tmp_path, "clean", PATH=path)

    assert cleaned.out == f"removed the kind cluster {dead}\n"
    assert [words for words in kind.asked if words[0] == "delete"] == [["delete", "cluster", "--name", dead]]


def test_clean_without_an_engine_says_so(tmp_path: Path) -> None:
    """A cluster may be there that nobody can see; the rest is cleaned all the same."""
    kind = played(tmp_path / "bin", fails={"get clusters": "Cannot connect to the Docker daemon"})
    cleaned = run(tmp_path, "clean", PATH=f"{kind.folder}:/usr/bin:/bin")

    assert cleaned.code == 0, cleaned.shown
    assert "kind clusters were not looked for" in cleaned.out
