"""As if somebody sat in front of the tests: a shell lets what it starts in the background ignore Ctrl-C."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from dualstack.holding import REQUESTS_TO_END


@contextmanager
def in_the_foreground() -> Iterator[None]:
    """Every request to end interrupts this process, whoever started it."""
    before = {number: signal.signal(number, signal.default_int_handler) for number in REQUESTS_TO_END}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
