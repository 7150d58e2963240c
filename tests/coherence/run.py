"""A run of several workers, and the judgement of what they saw."""

import multiprocessing
import time

from register import COMMITTED, Read, Write, around, check
from worker import Worker, load

PROCESSES = 8
LONGEST = 300  # seconds


class Run:
    """PROCESSES workers side by side, each with its own release of the tables; those in
    `killed` need not have come to their ends."""

    def __init__(self, arena, seed, count, forgiven=()):
        self.arena, self.seed, self.count, self.forgiven = arena, seed, count, forgiven
        self.barrier = multiprocessing.Barrier(PROCESSES)
        self.processes, self.killed = [], set()
        self.before = 0
        self.history, self.wrong, self.problems, self.refused = [], [], [], []
        self.n_failed = 0

    def path(self, number):
        return self.arena.folder / f"history{number}"

    def work(self, number):
        """What each process does: its operations, and when all are done a look at all rows."""
        worker = Worker(number, self.arena.module, self.arena.configs[number], self.seed,
                        self.path(number), self.forgiven)
        self.barrier.wait(LONGEST)
        for _ in range(self.count):
            worker.operate()
        self.barrier.wait(LONGEST)
        worker.finish(worker.read_all())

    def start(self):
        """Begins from the tables as at first."""
        self.arena.reset()
        self.history = [Write(-1, key, value, 0, 0, COMMITTED, "at first")
                        for key, value in self.arena.state().items()]
        self.before = self.arena.connections()
        for number in range(PROCESSES):
            self.launch(number)

    def launch(self, number):
        """Begins one more process."""
        self.path(number).unlink(missing_ok=True)
        self.processes.append(multiprocessing.Process(target=self.work, args=(number,)))
        self.processes[-1].start()

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
            elif process.exitcode and number not in self.killed:
                self.problems.append(f"process {number} ended with {process.exitcode}")
        if not self.problems:
            self.judge()

    def judge(self):
        """Reads what the workers have kept, and looks for what nothing explains."""
        self.arena.wait_for_end(self.before)
        state = self.arena.state()
        for number in range(len(self.processes)):
            if number in self.killed and not self.path(number).exists():
                continue
            history, end = load(self.path(number))
            self.history += history
            if end:
                self.take_end(number, end, state)
        self.wrong = check(self.history)

    def take_end(self, number, end, state):
        """What a worker said when it was done."""
        self.refused += end["refused"]
        self.n_failed += end["failed"]
        self.problems += [f"process {number} reads {value} of {key} at last; the server has"
                          f" {state[key]}"
                          for key, value in end["last"].items() if value != state[key]]

    def around(self, wrong):
        return around(self.history, wrong)

    def summary(self):
        """How much was tried."""
        n_reads = sum(isinstance(event, Read) for event in self.history)
        n_written = sum(isinstance(event, Write) and event.outcome == COMMITTED
                        for event in self.history)
        return (f"{n_reads} rows read, {n_written} written and committed, {self.n_failed} statements refused, {len(self.wrong)} wrong")
