#!/usr/bin/python3
"""A writer stops between two steps of the protocol, while others read and keep what they
read; then it goes on, to its end or to its death at a later step. Nobody who keeps rows
himself has an old one then.

    entable sandbox --with redis --database judge -- \\
      /usr/bin/python3 tests/coherence/stopped.py --module build/vtab/entable_faults.so

Every pair of steps is tried (ENTABLE_STOP, ENTABLE_KILL, of the test build's module). With
--expect-wrong, for a planted fault, something old must be found.
"""

import argparse
import os
import signal
import sys

from tables import RELEASES, TIERS, Arena, connect, counted, read_all

STATEMENT = "UPDATE item SET v = 1001 WHERE id = 1"
MOST = 100  # steps
NEVER = 0  # no step has this number


def write(arena, stop, kill):
    """What the process does that stops; ends it."""
    os.environ["ENTABLE_STOP"], os.environ["ENTABLE_KILL"] = str(stop), str(kill)
    code = 1
    try:
        handle = connect(arena.module, arena.configs[1])
        handle.execute(STATEMENT).fetchall()
        code = 0
    finally:
        os._exit(code)


class Stops:
    """Writers that stop at one step, and die at a later one or live."""

    def __init__(self, arena):
        self.arena = arena
        arena.reset()
        self.readers = {0: connect(arena.module, arena.configs[0])}
        self.wrong = []

    def read(self):
        """So often that rows are in Redis, then here, then come from here."""
        for _ in range(3):
            read_all(self.readers[0], RELEASES[0])

    def look(self, when):
        self.wrong += self.arena.differences(self.readers, when)

    def run(self, stop, kill):
        """Whether it came to the steps: (it stopped, it was killed)."""
        self.arena.refill()
        self.arena.wait_for_news()
        self.read()
        before = self.arena.connections()
        pid = os.fork()
        if not pid:
            write(self.arena, stop, kill)
        when = f"stopped at {stop}, killed at {kill or 'none'}"
        _, status = os.waitpid(pid, os.WUNTRACED)
        has_stopped = os.WIFSTOPPED(status)
        if has_stopped:
            self.arena.wait_for_news()
            self.read()
            self.look(f"{when}, while it stops")
            os.kill(pid, signal.SIGCONT)
            _, status = os.waitpid(pid, 0)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status):
            sys.exit(f"{when}: it ended with {os.WEXITSTATUS(status)}")
        self.arena.wait_for_end(before)
        self.look(f"{when}, at last")
        return has_stopped, os.WIFSIGNALED(status)

    def run_all(self):
        """Every pair of steps, until something is wrong; how many there are."""
        n, stop = 0, 1
        while not self.wrong and self.run(stop, NEVER)[0]:
            kill = stop + 1
            while not self.wrong and self.run(stop, kill)[1]:
                kill += 1
            n, stop = n + kill - stop, stop + 1
            if stop > MOST:
                sys.exit("there must be an end of its steps")
        print(f"{stop - 1} steps, {n} pairs")
        return n


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    parser.add_argument("--tiers", choices=TIERS, required=True, help="where rows are kept")
    parser.add_argument("--expect-wrong", action="store_true")
    options = parser.parse_args()
    stops = Stops(Arena(options.module, options.tiers))
    if stops.run_all() < 2:
        sys.exit("it stops at hardly any step: this test would prove nothing")
    n_hits = counted(stops.readers[0], "hits")
    print("\n".join(stops.wrong[:3]) or f"nothing old is read; {n_hits} rows read locally")
    if not n_hits:
        sys.exit("no row came from the process itself: this test would prove nothing")
    return 1 if bool(stops.wrong) != options.expect_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
