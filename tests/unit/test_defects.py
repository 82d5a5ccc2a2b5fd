"""The proof's own claims about the catalogue: all of it, and nothing but it."""

from __future__ import annotations

import pytest

from dualstack.catalogue import CATALOGUE
from dualstack.defects import Harmless, load, load_all
from dualstack.errors import UsageProblem

DEFECTS = load_all()


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_trips_requirements_that_apply_where_it_runs(name: str) -> None:
    """Each id exists, and applies to the shape and version of the defect."""
    defect = DEFECTS[name]

    entries = [CATALOGUE.require(id) for id in defect.trips]

    assert all(defect.shape in entry.shapes and entry.since <= defect.version for entry in entries)
    assert defect.summary.endswith(".")


@pytest.mark.parametrize("id", CATALOGUE)
def test_each_requirement_has_a_defect(id: str) -> None:
    """A test that nothing can trip proves nothing."""
    assert any(id in defect.trips for defect in DEFECTS.values())


def test_an_unknown_defect_is_bad_input() -> None:
    """The message tells how to list them."""
    with pytest.raises(UsageProblem, match="prove --list"):
        load("nothing/of-the-kind")


def test_what_is_harmless_trips_nothing() -> None:
    """It stands in a folder of its own, and is run with the patience of a real cluster."""
    harmless = {name for name, defect in DEFECTS.items() if isinstance(defect, Harmless)}

    assert harmless == {name for name in DEFECTS if name.startswith("harmless/")}
    assert all(not DEFECTS[name].trips and DEFECTS[name].patience == 1.0 for name in harmless)
