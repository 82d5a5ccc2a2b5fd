"""The catalogue refuses whatever does not add up, and names the culprit."""

from __future__ import annotations

from pathlib import Path

import pytest

from dualstack.catalogue import CATALOGUE, Profile, UnknownRequirement
from dualstack.catalogue.loader import load

ENTRY = """
- id: AREA-TOPIC-001
  level: MUST
  kind: api
  profile: api
  shapes: [ipv4]
  since: '1.23'
  needs: []
  statement: A statement.
  source: A source.
  fault: A fault.
"""


def test_one_entry_is_read_with_the_area_of_its_file(tmp_path: Path) -> None:
    """An entry belongs to the area that its file is named for."""
    (tmp_path / "nodes.yaml").write_text(ENTRY)

    assert load(tmp_path)["AREA-TOPIC-001"].area == "nodes"


@pytest.mark.parametrize(
    ("wrong", "right", "complaint"),
    [
        ("level: MUST", "level: OUGHT", "'OUGHT' is not a valid Level"),
        ("kind: api", "kind: magic", "kind 'magic' is unknown"),
        ("[ipv4]", "[ipv5]", "'ipv5' is not a valid Shape"),
        ("id: AREA-TOPIC-001", "id: area-1", "the id is not of the form"),
        ("  fault: A fault.\n", "", "['fault'] are missing or unknown"),
        ("fault: A fault.", "fault: ''", "must say something"),
    ],
)
def test_a_wrong_field_is_refused(tmp_path: Path, wrong: str, right: str, complaint: str) -> None:
    """The file, the id and what is wrong stand in the message."""
    (tmp_path / "nodes.yaml").write_text(ENTRY.replace(wrong, right))

    with pytest.raises(ValueError, match=r"nodes\.yaml") as refused:
        load(tmp_path)
    assert complaint in str(refused.value)


def test_an_id_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    """Ids are the identity of results, so each is there once, over all files."""
    (tmp_path / "nodes.yaml").write_text(ENTRY)
    (tmp_path / "pods.yaml").write_text(ENTRY)

    with pytest.raises(ValueError, match="AREA-TOPIC-001 is there twice"):
        load(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    """A catalogue without files is a broken installation, not an empty suite."""
    with pytest.raises(ValueError, match="no catalogue files"):
        load(tmp_path)


def test_an_unknown_id_suggests_the_nearest() -> None:
    """A typo is answered with what was probably meant."""
    with pytest.raises(UnknownRequirement, match=r"did you mean .*SVC-CREATE-001"):
        CATALOGUE.require("SVC-CRATE-001")


def test_profiles_contain_those_before_them() -> None:
    """Each profile judges all that the smaller ones do."""
    assert Profile.FULL.includes(Profile.API)
    assert not Profile.API.includes(Profile.CORE)
