"""The worker's chores: each at its pace, none holding up another."""

from __future__ import annotations

from threading import Event

from lite.chores import Chore, begin, run


class Worker:
    """Does chores on a clock of its own: waiting is what makes time pass."""

    def __init__(self, seconds: float) -> None:
        self.now, self.end = 0.0, seconds
        self.done: list[tuple[str, float]] = []

    def wait(self, seconds: float) -> None:
        self.now += seconds

    def is_set(self) -> bool:
        return self.now >= self.end

    def chore(self, name: str, every: float, fails: bool = False) -> Chore:
        def do() -> None:
            self.done.append((name, self.now))
            if fails:
                raise RuntimeError

        return Chore(name, every, do)


def worked(worker: Worker, *chores: Chore) -> list[tuple[str, float]]:
    run(chores, worker, clock=lambda: worker.now)  # type: ignore[arg-type]
    return worker.done


def test_each_chore_is_done_at_once_and_then_at_its_own_pace() -> None:
    worker = Worker(61)
    done = worked(worker, worker.chore("news", 30), worker.chore("heads", 60))
    assert done == [("news", 0), ("heads", 0), ("news", 30), ("news", 60), ("heads", 60)]


def test_one_that_fails_is_tried_again_and_holds_up_no_other() -> None:
    worker = Worker(25)
    done = worked(worker, worker.chore("broken", 10, fails=True), worker.chore("well", 10))
    assert [name for name, _ in done] == ["broken", "well"] * 3


def test_a_worker_told_to_stop_does_nothing_more() -> None:
    stop = Event()
    stop.set()
    worker = Worker(1)
    run([worker.chore("late", 1)], stop)
    assert worker.done == []


def test_one_that_goes_apart_waits_for_no_other() -> None:
    stop, done, held = Event(), Event(), Event()
    chores = [
        Chore("slow", 60, lambda: held.wait(10)),
        Chore("watch", 60, done.set, apart=True),
    ]
    threads = begin(chores, stop)
    assert done.wait(5)
    stop.set()
    held.set()
    for thread in threads:
        thread.join()
