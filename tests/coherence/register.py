"""What was read and written of every key, and whether one copy of the data explains it.

A key is a register. Its writes have values of their own, so that a read tells whose it
saw. A write takes effect at some moment between its start and its end: of a statement by
itself those are the statement's, of a transaction those of its COMMIT. A read is right if
it gives a value that may have been there at some moment between its own start and end:

* of a write that was committed, or that may have been (its process died, its COMMIT was
  lost);
* that had begun before the read ended;
* and after whose end no other write began and ended before the read began; of a process
  that keeps rows itself, no other write of its own did, and none of others more than its lag
  before the read began.

That the second of two reads by one process is not behind the first is no part of it: a
process may have read a row from MySQL, in a transaction or by what is no key, while it has
yet to hear that what it keeps is over.

"There is no such row" is a value, too, None, which several writes give.
"""

from collections import defaultdict
from typing import NamedTuple

COMMITTED, ABORTED, UNKNOWN = "committed", "rolled back", "unknown"
ANY = "any"  # no own write says what a read must give
NEVER = 1 << 62  # an end that nobody saw


class Write(NamedTuple):
    """One value that a process gave a key."""
    process: int
    key: tuple
    value: object
    start: int
    end: int
    outcome: str
    how: str


class Read(NamedTuple):
    """What a process saw of one; `expected` is its transaction's own write, or ANY; `lag`
    is how long, in nanoseconds, writes of other processes may be unheard of."""
    process: int
    key: tuple
    value: object
    start: int
    end: int
    how: str
    expected: object = ANY
    lag: int = 0


class Wrong(NamedTuple):
    """A read that nothing explains."""
    read: Read
    why: str


def settled(write, reads):
    """A write of which nobody knows how it ended, and that others have seen, is one that was
    committed before the first of them ended."""
    ends = [read.end for read in reads
            if read.value == write.value and read.process != write.process]
    if write.outcome != UNKNOWN or write.value is None or not ends:
        return write
    return write._replace(outcome=COMMITTED, end=min(write.end, *ends))


class Register:
    """The writes of one key."""

    def __init__(self, writes, reads):
        writes = [settled(write, reads) for write in writes]
        self.by_value = defaultdict(list)
        for write in writes:
            self.by_value[write.value].append(write)
        self.committed = [write for write in writes if write.outcome == COMMITTED]

    def newest_start(self, read):
        """The last start of the writes of which the reader must have known."""
        return max((write.start for write in self.committed if write.end < read.start - (
            read.lag if write.process != read.process else 0)), default=-1)

    def why_wrong(self, read):
        """Why this read cannot be; None where it can."""
        if read.expected != ANY:
            if read.value == read.expected:
                return None
            return f"its own transaction has written {read.expected}"
        written = self.by_value[read.value]
        if not written:
            return "nobody has written that"
        seen = [write for write in written if write.outcome != ABORTED]
        if not seen:
            return "that was rolled back"
        seen = [write for write in seen if write.start < read.end]
        if not seen:
            return "that was written later"
        newest = self.newest_start(read)
        if all(newest > write.end for write in seen):
            return "that had been overwritten"
        return None


def check(history):
    """The reads of a history that are wrong, each with the reason; the earliest first."""
    writes, reads = defaultdict(list), defaultdict(list)
    for event in history:
        (writes if isinstance(event, Write) else reads)[event.key].append(event)
    found = []
    for key, of_key in reads.items():
        register = Register(writes[key], of_key)
        found += [Wrong(read, why) for read in of_key if (why := register.why_wrong(read))]
    return sorted(found, key=lambda wrong: wrong.read.end)


def shown(event, zero):
    """A line about an event; times are milliseconds since `zero`."""
    end = "…" if event.end == NEVER else f"{(event.end - zero) / 1e6:.3f}"
    verb = f"writes {event.value} {event.outcome}" if isinstance(event, Write) else (
        f"reads {event.value}")
    return (f"{(event.start - zero) / 1e6:12.3f} … {end:>12}  process {event.process}"
            f"  {verb}  ({event.how})")


def around(history, wrong, n_before=12, n_after=3):
    """What happened to a wrong read's key around it, as lines; the write that it saw is the
    first."""
    read = wrong.read
    events = sorted((event for event in history if event.key == read.key),
                    key=lambda event: event.start)
    at = events.index(read)
    near = events[max(at - n_before, 0):at + n_after + 1]
    origin = [event for event in events if isinstance(event, Write)
              and event.value == read.value and event not in near][-1:]
    zero = next(event.start for event in events if event.start)
    return [f"{'->' if event is read else '  '} {shown(event, zero)}"
            for event in origin + near]
