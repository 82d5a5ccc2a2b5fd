"""Requests to end that come at a bad moment."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator

import pytest

from dualstack.holding import ONE_REQUEST_SECONDS, REQUESTS_TO_END, OneRequest, heeded, held_back
from tests.foreground import in_the_foreground


@pytest.fixture(autouse=True)
def _foreground() -> Iterator[None]:
    with in_the_foreground():
        yield


def _asked_to_end(number: int, then: Callable[[], object]) -> None:
    with held_back():
        os.kill(os.getpid(), number)
        then()


@pytest.mark.parametrize("number", REQUESTS_TO_END)
def test_it_is_heeded_after_the_block(number: int) -> None:
    """The block runs to its end, then the run is interrupted; handlers are as before."""
    before = signal.getsignal(number)
    reached: list[bool] = []
    with pytest.raises(KeyboardInterrupt):
        _asked_to_end(number, lambda: reached.append(True))

    assert reached
    assert signal.getsignal(number) is before


def test_where_the_run_ends_anyway_it_is_not() -> None:
    """Giving a cluster back is not cut short."""
    with held_back(heed=False):
        os.kill(os.getpid(), signal.SIGINT)


def test_what_is_ignored_stays_so() -> None:
    """As under ``nohup``: neither the block nor what comes after it is interrupted."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    _asked_to_end(signal.SIGHUP, lambda: None)

    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_only_an_ignored_hang_up_is_not_heeded() -> None:
    """Ctrl-C is ignored by what a shell starts in the background, and is heeded all the same."""
    everything = heeded()
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)

    assert everything == [*REQUESTS_TO_END]
    assert heeded() == [signal.SIGINT, signal.SIGTERM]


def test_handlers_come_back_although_they_interrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that comes while they are put back one by one is heeded, and none is left out."""
    original, refused = signal.signal, [signal.SIGTERM]

    def interrupted(number: int, handler: object) -> object:
        if number in refused and handler is signal.default_int_handler:
            refused.remove(signal.SIGTERM)
            raise KeyboardInterrupt
        return original(number, handler)  # type: ignore[arg-type]

    monkeypatch.setattr("signal.signal", interrupted)
    with pytest.raises(KeyboardInterrupt), held_back():
        pass

    assert [signal.getsignal(number) for number in REQUESTS_TO_END] == [signal.default_int_handler] * 3


def test_a_problem_of_the_block_comes_first() -> None:
    """What went wrong inside is what the caller gets."""
    with pytest.raises(ZeroDivisionError):
        _asked_to_end(signal.SIGINT, lambda: 1 // 0)


def test_signals_close_together_are_one_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process and its parent may both pass it on; one that comes later is another."""
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    heed = OneRequest()
    with pytest.raises(KeyboardInterrupt):
        heed(signal.SIGTERM, None)
    heed(signal.SIGTERM, None)
    now[0] = ONE_REQUEST_SECONDS + 1

    with pytest.raises(KeyboardInterrupt):
        heed(signal.SIGINT, None)


def test_other_threads_have_no_handlers() -> None:
    """There it does nothing, and harms nothing."""
    done = []

    def body() -> None:
        with held_back():
            done.append(True)

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    assert done == [True]
