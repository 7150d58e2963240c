"""A run of several workers, and the judgement of what they saw."""

import multiprocessing
import threading
import time

from register import COMMITTED, Read, Write, around, check
from worker import Worker, load

PROCESSES = 8
LONGEST = 300  # seconds
# Of so many events one at least must be a write that was committed; and a local hit, of
# which there are few where an old dump has rows blocked.
LEAST = {"redis": 50, "both": 400, "local": 400}
LEAST_HITS = 2000


def together(workers, work):
    """Each of them works, in a thread of its own where they are several."""
    errors = []

    def run(worker):
        try:
            work(worker)
        except Exception as error:  # pylint: disable=broad-except
            errors.append(error)

    threads = [threading.Thread(target=run, args=(worker,)) for worker in workers[1:]]
    for thread in threads:
        thread.start()
    run(workers[0])
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


class Run:
    """PROCESSES workers side by side, each with its own release of the tables; those in
    `killed` need not have come to their ends. Nothing is blocked for ever behind them, unless
    it `leaves_blocks`."""

    leaves_blocks = False

    def __init__(self, arena, seed, count):
        self.arena, self.seed, self.count = arena, seed, count
        self.barrier = multiprocessing.Barrier(PROCESSES)
        self.processes, self.killed = [], set()
        self.before = 0
        self.stop = arena.folder / "stop"  # where it is, the workers end
        self.history, self.wrong, self.problems = [], [], []
        self.n_failed = self.n_refused = self.n_hits = 0

    def paths(self, number):
        """What each of a process's threads writes."""
        return [self.arena.folder / f"history{number}.{thread}"
                for thread in range(self.arena.threads)]

    def crew(self, number):
        """A process's workers."""
        return [Worker(self.arena, number, thread, self.seed, path)
                for thread, path in enumerate(self.paths(number))]

    def operate(self, worker):
        """Its part of the operations, or until there is an end."""
        for _ in range(self.count // self.arena.threads):
            if self.stop.exists():
                break
            worker.operate()

    def work(self, number):
        """What each process does: its operations, and when all are done a look at all rows."""
        crew = self.crew(number)
        self.barrier.wait(LONGEST)
        together(crew, self.operate)
        self.barrier.wait(LONGEST)
        self.arena.wait_for_news()
        for worker in crew:
            worker.finish(worker.read_all())

    def start(self):
        """Begins from the tables as at first."""
        self.arena.reset()
        self.history = [Write(-1, key, value, 0, 0, COMMITTED, "at first")
                        for key, value in self.arena.state().items()]
        self.stop.unlink(missing_ok=True)
        self.before = self.arena.connections()
        for number in range(PROCESSES):
            self.launch(number)

    def launch(self, number):
        """Begins one more process."""
        for path in self.paths(number):
            path.unlink(missing_ok=True)
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
            for path in self.paths(number):
                if number in self.killed and not path.exists():
                    continue
                history, end = load(path)
                self.history += history
                if end:
                    self.take_end(number, end, state)
        self.wrong = check(self.history)
        least = LEAST[self.arena.mode]
        if self.arena.mode != "redis" and self.n_hits * LEAST_HITS < len(self.history):
            self.problems.append("hardly anything was read from the process itself")
        if self.committed() * least < len(self.history):
            self.problems.append("hardly anything was written")

    def take_end(self, number, end, state):
        """What a worker said when it was done."""
        self.n_refused += end["refused"]
        self.n_failed += end["failed"]
        self.n_hits += end["hits"]
        self.problems += [f"process {number} reads {value} of {key} at last; the server has"
                          f" {state[key]}"
                          for key, value in end["last"].items() if value != state[key]]

    def around(self, wrong):
        return around(self.history, wrong)

    def committed(self, since=0):
        """How many writes were, that began by then or later."""
        return sum(isinstance(event, Write) and event.outcome == COMMITTED
                   and event.start > since for event in self.history)

    def summary(self):
        """How much was tried."""
        n_reads = sum(isinstance(event, Read) for event in self.history)
        return (f"{n_reads} rows read, {self.n_hits} by the processes themselves,"
                f" {self.committed()} written and committed,"
                f" {self.n_failed} statements refused, {self.n_refused} because of Redis,"
                f" {len(self.wrong)} wrong")
