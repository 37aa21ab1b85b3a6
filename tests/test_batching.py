"""Batcher: callers in threads share one batched call."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from bot.batching import Batcher


def test_a_lone_caller_gets_its_own_result() -> None:
    lengths = Batcher[str, int](lambda texts: [len(text) for text in texts])
    assert lengths("four") == 4


def test_callers_that_come_while_a_batch_runs_share_the_next_one() -> None:
    entered, go_on = Event(), Event()
    batches: list[Sequence[int]] = []

    def squares(numbers: Sequence[int]) -> list[int]:
        batches.append(list(numbers))
        entered.set()
        go_on.wait(10)
        return [number**2 for number in numbers]

    batcher = Batcher[int, int](squares)
    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(batcher, 0)
        entered.wait(10)
        others = [pool.submit(batcher, number) for number in range(1, 9)]
        while batcher.waiting < 8:
            pass
        go_on.set()
        results = [first.result(10), *(future.result(10) for future in others)]
    assert results == [number**2 for number in range(9)]
    assert [len(batch) for batch in batches] == [1, 8]


def test_more_callers_than_the_limit_are_served_in_several_batches() -> None:
    sizes: list[int] = []

    def same(numbers: Sequence[int]) -> Sequence[int]:
        sizes.append(len(numbers))
        return numbers

    batcher = Batcher[int, int](same, limit=2)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(batcher, range(50))) == list(range(50))
    assert max(sizes) <= 2


def test_an_error_in_a_batch_reaches_every_caller_in_it() -> None:
    def failing(texts: Sequence[str]) -> list[str]:
        raise ValueError("out of memory")

    batcher = Batcher[str, str](failing)
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(batcher, "hi") for _ in range(8)]
        for future in futures:
            with pytest.raises(ValueError, match="out of memory"):
                future.result(10)


def test_a_batch_after_a_failed_one_succeeds() -> None:
    batcher = Batcher[int, float](lambda numbers: [1 / number for number in numbers])
    with pytest.raises(ZeroDivisionError):
        batcher(0)
    assert batcher(2) == 0.5


def test_a_function_that_loses_a_result_is_an_error_and_not_a_mix_up() -> None:
    batcher = Batcher[int, int](lambda numbers: [])
    with pytest.raises(ValueError, match="zip"):
        batcher(1)
