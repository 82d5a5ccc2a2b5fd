"""The workflow and the examples for CI: well formed, complete, and their scripts run as far as they go here."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from dualstack.kind import config
from dualstack.kind.images import node_images
from tests.docs.pages import DOCS, ROOT, blocks
from tests.docs.reading import Reader

WORKFLOW = ROOT / ".github" / "workflows" / "conformance.yml"
STEP_KEYS = {"name", "uses", "with", "run", "if", "env"}
NEWEST_KIND = max(node_images())


def jobs() -> dict[str, Any]:
    """The jobs of the workflow."""
    return dict(yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"])


def steps() -> list[dict[str, Any]]:
    """The steps of all jobs."""
    return [step for job in jobs().values() for step in job["steps"]]


def script(job: str, name: str) -> str:
    """What a step runs."""
    (found,) = [step["run"] for step in jobs()[job]["steps"] if step.get("name") == name]
    return str(found)


def in_shell(reader: Reader, text: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A step as GitHub runs one whose shell is bash."""
    return reader.runs(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text], variables)


def test_the_matrix_is_every_configuration_on_three_versions() -> None:
    """All that are shipped and become ready by themselves; versions with a pinned node image."""
    matrix = jobs()["judge"]["strategy"]["matrix"]
    ready = [name for name in config.names() if config.read(config.find(name)).has_cni]

    assert matrix["config"] == ready
    assert len(matrix["kubernetes"]) == 3
    assert set(matrix["kubernetes"]) <= set(node_images()[NEWEST_KIND])


def test_each_step_does_one_thing() -> None:
    """Either an action, pinned to a commit, or a script; and nothing that GitHub does not know."""
    for step in steps():
        assert set(step) <= STEP_KEYS
        assert ("run" in step) != ("uses" in step)
        assert len(step.get("uses", "a/b@" + "0" * 40).partition("@")[2]) == 40


def test_nothing_of_an_event_is_put_into_a_script() -> None:
    """Expressions go through the environment, where a shell does not read them as code."""
    assert [step["name"] for step in steps() if "${{" in step.get("run", "")] == []


def test_the_workflow_may_only_read() -> None:
    """No right to write anything, and every job has a time-out."""
    assert yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["permissions"] == {"contents": "read"}
    assert all(job["timeout-minutes"] <= 60 for job in jobs().values())


def test_the_steps_run_from_the_cluster_to_the_table(reader: Reader) -> None:
    """On a program that plays kind: the reports, the summary of the job, and the line of the last one."""
    summary = reader.home / "summary"
    given = {"CONFIG": "dual-ipv4-first", "KUBERNETES": "1.36", "GITHUB_STEP_SUMMARY": str(summary)}
    for name in ("Look for what is in the way of kind", "Judge", "Put the report into the job summary"):
        done = in_shell(reader, script("judge", name), **given)
        assert done.returncode == 0, done.stdout
    assert "## " in summary.read_text()

    uploaded = reader.checkout / "all" / "dualstack-dual-ipv4-first-1.36"
    shutil.copytree(reader.checkout / "reports", uploaded / "reports")
    done = in_shell(reader, script("verdicts", "Put one line for each into the job summary"), **given)

    assert done.returncode == 0, done.stdout
    assert "| dual-ipv4-first-1.36 | " in summary.read_text()
    assert {file.suffix for file in (reader.checkout / "reports").iterdir() if file.is_file()} == {
        ".json",
        ".xml",
        ".html",
        ".md",
    }


def test_a_failed_requirement_is_an_annotation(reader: Reader) -> None:
    """Nothing in the workflow is needed for that but that it runs in GitHub Actions."""
    begin = "dualstack serve --shape dual-v4 --kubeconfig broken --defect service-create/policy-inferred-from-families"
    waiting = "until [ -e broken ]; do sleep 0.2; done"
    judge = "dualstack --dualstack-kubeconfig broken --dualstack-context dualstack-emulated"
    done = in_shell(reader, f"{begin} > log 2>&1 &\n{waiting}\n{judge}", GITHUB_ACTIONS="true")

    assert done.returncode == 1, done.stdout
    assert "::error " in done.stdout


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="there is no shellcheck")
@pytest.mark.parametrize("step", [step for step in steps() if "run" in step], ids=lambda step: step["name"])
def test_the_scripts_have_no_pitfalls(step: dict[str, Any]) -> None:
    """As shellcheck sees them."""
    checked = subprocess.run(
        ["shellcheck", "--shell=bash", "-"], input=step["run"], capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, checked.stdout


def test_the_example_for_gitlab_runs(reader: Reader) -> None:
    """Its scripts, one after the other, against a live cluster."""
    page = (DOCS / "ci.md").relative_to(ROOT)
    (text,) = [block.text for block in blocks(page) if "gitlab" in block.words]
    (job,) = yaml.safe_load(text).values()
    variables = {**job["variables"], "KUBECONFIG_FILE": str(reader.home / ".kube" / "config")}

    for line in [*job["script"], *job["after_script"]]:
        done = in_shell(reader, line, **variables)
        assert done.returncode == 0, done.stdout
    assert (reader.checkout / job["artifacts"]["reports"]["junit"]).exists()


def test_the_workflow_is_where_github_looks() -> None:
    """And nothing else is."""
    assert os.listdir(WORKFLOW.parent) == [WORKFLOW.name]
    assert Path(WORKFLOW).suffix == ".yml"
