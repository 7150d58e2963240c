"""A run of several workers, and the judgement of what they saw."""

import multiprocessing
import pickle
import time

from register import COMMITTED, Read, Write, around, check
from worker import Worker

PROCESSES = 8
LONGEST = 300  # seconds


class Run:
    """PROCESSES workers side by side, each with its own release of the tables."""

    def __init__(self, arena, seed, count, forgiven=()):
        self.arena, self.seed, self.count, self.forgiven = arena, seed, count, forgiven
        self.barrier = multiprocessing.Barrier(PROCESSES)
        self.processes = []
        self.history, self.wrong, self.problems, self.refused = [], [], [], []
        self.n_failed = 0

    def path(self, number):
        return self.arena.folder / f"history{number}"

    def work(self, number):
        """What each process does: its operations, and when all are done a look at all rows."""
        worker = Worker(number, self.arena.module, self.arena.configs[number], self.seed,
                        self.forgiven)
        self.barrier.wait(LONGEST)
        for _ in range(self.count):
            worker.operate()
        self.barrier.wait(LONGEST)
        worker.dump(self.path(number), worker.read_all())

    def start(self):
        """Begins from the tables as at first."""
        self.arena.reset()
        self.history = [Write(-1, key, value, 0, 0, COMMITTED, "at first")
                        for key, value in self.arena.state().items()]
        for number in range(PROCESSES):
            self.path(number).unlink(missing_ok=True)
        self.processes = [multiprocessing.Process(target=self.work, args=(number,))
                          for number in range(PROCESSES)]
        for process in self.processes:
            process.start()

    def is_running(self):
        return any(process.is_alive() for process in self.processes)

    def finish(self):
        """Waits for the end, and judges."""
        until = time.monotonic() + LONGEST
        for process in self.processes:
            process.join(max(until - time.monotonic(), 0))
        for number, process in enumerate(self.processes):
            if process.is_alive():
                self.problems.append(f"process {number} does not end")
                process.terminate()
                process.join()
            elif process.exitcode:
                self.problems.append(f"process {number} ended with {process.exitcode}")
        if not self.problems:
            self.judge()

    def judge(self):
        """Reads what the workers have kept, and looks for what nothing explains."""
        state = self.arena.state()
        for number in range(PROCESSES):
            with self.path(number).open("rb") as file:
                kept = pickle.load(file)
            self.history += kept["history"]
            self.refused += kept["refused"]
            self.n_failed += kept["failed"]
            self.problems += [f"process {number} reads {value} of {key} at last; the server has"
                              f" {state[key]}"
                              for key, value in kept["last"].items() if value != state[key]]
        self.wrong = check(self.history)

    def around(self, wrong):
        return around(self.history, wrong)

    def summary(self):
        """How much was tried."""
        n_reads = sum(isinstance(event, Read) for event in self.history)
        n_written = sum(isinstance(event, Write) and event.outcome == COMMITTED
                        for event in self.history)
        return (f"{PROCESSES * self.count} operations, {n_reads} rows read, {n_written}"
                f" committed, {self.n_failed} statements refused, {len(self.wrong)} wrong")
