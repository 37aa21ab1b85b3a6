"""Turns of one sender in order."""

import threading

from bot.senders import SenderQueues


def test_turns_come_in_the_order_of_asking() -> None:
    queues, order = SenderQueues(), list[int]()
    threads = []
    with queues.turn("ana"):
        for number in range(5):
            thread = threading.Thread(target=lambda n=number: _take(queues, order, n))
            thread.start()
            while len(queues._waiting["ana"]) < number + 2:
                threading.Event().wait(0.001)
            threads.append(thread)
    for thread in threads:
        thread.join()

    assert order == [0, 1, 2, 3, 4]


def test_nothing_is_kept_of_senders_who_do_not_wait() -> None:
    queues = SenderQueues()
    for number in range(3):
        with queues.turn(str(number)):
            pass

    assert queues._waiting == {}


def test_a_turn_that_raises_lets_the_next_one_in() -> None:
    queues = SenderQueues()
    try:
        with queues.turn("ana"):
            raise KeyError
    except KeyError:
        pass

    with queues.turn("ana"):
        pass


def _take(queues: SenderQueues, order: list[int], number: int) -> None:
    with queues.turn("ana"):
        order.append(number)
