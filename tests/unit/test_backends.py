"""A gate that was opened or closed counts once the kubelet has heard of it."""

from __future__ import annotations

from typing import Any

import pytest

from dualstack.cluster.answer import Answer
from dualstack.cluster.api import Api
from dualstack.cluster.waiting import Waiting
from dualstack.testbed.backends import HEARD_SECONDS, Backends
from dualstack.testbed.plan import GATE
from tests.unit.test_reaching import ONE, Time


class Kubelet(Api):
    """Hears of a gate after some looks at the Pod."""

    def __init__(self, looks: int) -> None:
        super().__init__(None)  # type: ignore[arg-type]
        self._left = looks
        self.gate = self.ready = "True"
        self.looked = 0

    def request(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        """One exchange."""
        if method == "PATCH":
            (condition,) = body["status"]["conditions"]
            assert condition["type"] == GATE
            self.gate = condition["status"]
        else:
            self.looked += 1
            self._left -= 1
            self.ready = self.gate if self._left < 0 else self.ready
        status = {"conditions": [{"type": "Ready", "status": self.ready}]}
        return Answer(method, path, body, 200, {"status": status}, (), 0.0)


@pytest.mark.parametrize("looks", [0, 3])
def test_the_kubelet_is_waited_for(looks: int) -> None:
    """When the call is over the Pod is as it was asked to be, so that no later step meets the change."""
    kubelet, time = Kubelet(looks), Time()
    backends = Backends("app", [ONE], kubelet, Waiting(clock=time.clock, sleep=time.sleep))

    backends.set_ready(False, ONE)

    assert (kubelet.ready, kubelet.looked) == ("False", looks + 1)


def test_not_for_ever() -> None:
    """A kubelet that never hears of it is for the test to judge: the wait ends without a word."""
    kubelet, time = Kubelet(10_000), Time()

    Backends("app", [ONE], kubelet, Waiting(clock=time.clock, sleep=time.sleep)).set_ready(False, ONE)

    assert HEARD_SECONDS <= time.now < HEARD_SECONDS + 1
