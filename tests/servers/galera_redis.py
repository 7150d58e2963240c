#!/usr/bin/python3
"""Rows in Redis that come from several nodes of one cluster: what may be old, and what helps.

    entable sandbox --with redis -- tests/servers/with-galera --database judge -- \\
      /usr/bin/python3 tests/servers/galera_redis.py --module build/vtab/entable.so

A node tells of a COMMIT when the others have it, not when they show it.  A node that is held
back (FLUSH TABLES WITH READ LOCK: it applies nothing until that is over) is asked for a row
that another one has changed, and Redis was told so: what it reads is kept for everybody.
entable_check says so, until the nodes wait for one another (wsrep_sync_wait).
"""

import argparse
import multiprocessing
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "differential"))

from server import Server  # noqa: E402
import sides               # noqa: E402

BEHIND = 1       # the node that is held back
PAUSE = 1        # seconds in which a reader can give what it should not
CONFIG = """
default:
  mysql: root@unix({socket})/{database}
  redis: {redis}:0
entities:
  word:
    redis_cache: true
    columns: {{id: int, text: varchar(20) not null}}
"""


class Cluster:
    def __init__(self, module):
        self.module = module
        self.nodes = []
        for socket in os.environ["ENTABLE_GALERA_SOCKETS"].split():
            self.nodes.append(Server())
            self.nodes[-1].socket = socket

    def open(self, number):
        path = Path(os.environ["ENTABLE_SANDBOX_DIR"], f"node{number}-{os.getpid()}.yaml")
        path.write_text(CONFIG.format(
            socket=self.nodes[number].socket, database=self.nodes[number].database,
            redis=os.environ["ENTABLE_SANDBOX_REDIS"]), encoding="utf-8")
        handle = sides.connect()
        sides.load(handle, self.module)
        handle.execute("SELECT entable_open(?)", (str(path),)).fetchall()
        return handle

    def wait_for_one_another(self, value):
        """For connections that are opened from now on."""
        for node in self.nodes:
            node.run([f"SET GLOBAL wsrep_sync_wait = {value};"])

    @contextmanager
    def held_back(self):
        """Until its end one node shows nothing of what the others commit."""
        # All is there that was written so far.
        self.nodes[BEHIND].run(["SET wsrep_sync_wait = 1;", "SELECT * FROM word;"])
        client = subprocess.Popen(self.nodes[BEHIND].command("--unbuffered"), text=True,
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            client.stdin.write("FLUSH TABLES WITH READ LOCK; SELECT 'held';\n")
            client.stdin.flush()
            assert client.stdout.readline() == "held\n"
            yield
        finally:
            # Not by the end of its input, which a process that was begun meanwhile holds, too.
            client.communicate("UNLOCK TABLES;\n\\q\n")


def write(handle, text):
    handle.execute("UPDATE word SET text = ? WHERE id = 1", (text,))


def read(handle):
    return handle.execute("SELECT text FROM word WHERE id = 1").fetchone()[0]


def advice(handle):
    row = handle.execute("SELECT status, error, advice FROM entable_check"
                         " WHERE backend = 'mysql'").fetchone()
    assert row[:2] == ("ok", None), row
    return row[2] or ""


def said_before(cluster):
    """Of each node; and that all are one server, whose rows may be in one Redis."""
    for number in range(3):
        text = advice(cluster.open(number))
        assert "SET GLOBAL wsrep_sync_wait = 1 on all nodes" in text, text
        assert "another server" not in text, text


def old_rows_are_kept(cluster):
    """What the check warns of: behind its COMMIT a writer reads what was before it."""
    writer, behind = cluster.open(0), cluster.open(BEHIND)
    write(writer, "before")
    with cluster.held_back():
        write(writer, "behind")
        found = read(behind), read(cluster.open(2))
    assert found == ("before", "before"), found
    assert read(writer) == "before", "nobody has told Redis"
    writer.execute("SELECT entity_forget('word')").fetchall()
    assert read(writer) == "behind"


def say_what_is_read(cluster, pipe):
    pipe.send(read(cluster.open(BEHIND)))


def new_rows_are_waited_for(cluster):
    """Nodes that wait for one another: the reader answers when it can answer rightly."""
    cluster.wait_for_one_another(1)
    writer = cluster.open(0)
    for number in range(3):
        text = advice(cluster.open(number))
        assert text == "", text
    ours, theirs = multiprocessing.Pipe(duplex=False)
    reader = multiprocessing.Process(target=say_what_is_read, args=(cluster, theirs))
    write(writer, "before")
    with cluster.held_back():
        write(writer, "behind")
        reader.start()
        theirs.close()
        if ours.poll(PAUSE):
            assert ours.recv() == "behind", "an old row was read"
            raise AssertionError("nothing was held back")
    found = ours.recv()
    reader.join()
    assert found == "behind", found
    assert read(writer) == "behind"


def in_its_own_process(cluster, part):
    """Connections are a process's: none is there that was set up otherwise."""
    process = multiprocessing.Process(target=part, args=(cluster,))
    process.start()
    process.join()
    return process.exitcode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    cluster, wrong = Cluster(parser.parse_args().module), 0
    cluster.nodes[0].run(["CREATE TABLE word (id INT PRIMARY KEY, text VARCHAR(20) NOT NULL);",
                          "INSERT INTO word VALUES (1, 'first');"])
    for node in cluster.nodes:
        node.run(["SET wsrep_sync_wait = 15;", "SELECT * FROM word;"])
    for part in (said_before, old_rows_are_kept, new_rows_are_waited_for):
        print(part.__name__, flush=True)
        if not in_its_own_process(cluster, part):
            print("  FAILED")
            wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
