"""The tables of these tests, the configurations that processes map them by, and handles."""

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "differential"))

from raw import Raw        # noqa: E402
from server import Server  # noqa: E402

LONGEST = 60  # seconds that something may take that takes a moment
KEYS = range(1, 9)
LOW = 500  # what a cached query asks for that is below it
TABLES = ("item", "part")
FIRST = {"item": 10, "part": 20}  # the value of key k at the beginning is FIRST + k; the
                                  # last key has no row
CREATE = [
    "CREATE TABLE item (id BIGINT PRIMARY KEY, v BIGINT NOT NULL, note VARCHAR(40))"
    " ENGINE=InnoDB;",
    "CREATE TABLE part (id BIGINT PRIMARY KEY, item_id BIGINT NOT NULL, v BIGINT NOT NULL,"
    " note VARCHAR(40), KEY item_id (item_id), FOREIGN KEY (item_id) REFERENCES item (id)"
    " ON DELETE CASCADE) ENGINE=InnoDB;"]
FILL = [
    "DELETE FROM part;", "DELETE FROM item;",
    *(f"INSERT INTO item VALUES ({key}, {FIRST['item'] + key}, NULL);" for key in KEYS[:-1]),
    *(f"INSERT INTO part VALUES ({key}, {key}, {FIRST['part'] + key}, NULL);"
      for key in KEYS[:-1])]


# Where a process keeps rows: in Redis; in itself, too; or in itself only, where Redis has
# none and still says who changes them.
TIERS = {"redis": ("redis_cache",), "both": ("redis_cache", "local_cache"),
         "local": ("local_cache",)}
LAG_MS = 40  # that a process may hear nothing and answer by itself


class Release:
    """How a program maps the tables: under which names, with which columns, and whether it
    caches them; one that is `plain` keeps no rows in its processes."""

    def __init__(self, item="item", part="part", is_old=False, caches=True, plain=False):
        self.names = {"item": item, "part": part}
        self.is_old = is_old
        self.caches = caches
        self.plain = plain

    def tiers(self, mode):
        """The options of its entities."""
        return TIERS["redis" if self.plain else mode] if self.caches else ()

    def lag_ns(self, mode):
        """How long after a COMMIT of another process it may read what was before."""
        return LAG_MS * 10**6 if "local_cache" in self.tiers(mode) else 0

    def entity(self, table, columns, mode):
        """The lines of one entity."""
        listed = ["id: bigint not null primary key", *columns, "v: bigint not null"]
        if not self.is_old:
            listed.append("note: varchar(40)")
        options = "".join(f"    {tier}: true\n" for tier in self.tiers(mode))
        return (f"  {self.names[table]}:\n    table: {table}\n{options}    index: {{v: [v]}}\n"
                f"    queries: {{low: where v < {LOW} order by id}}\n    columns:\n"
                + "".join(f"      {line}\n" for line in listed))

    def yaml(self, pool, mode, settings=""):
        """The whole file."""
        reference = f"item_id: references {self.names['item']} not null on delete cascade"
        return (f"default:\n{pool}{settings}entities:\n{self.entity('item', [], mode)}"
                f"{self.entity('part', [reference], mode)}")


# One for each process in turn: most alike, others of other names and layouts, one that
# only writes through Redis.
RELEASES = [Release(), Release(), Release(), Release(), Release(item="thing", part="piece"),
            Release(is_old=True), Release(item="good", part="bit", is_old=True, plain=True),
            Release(caches=False)]


def connect(module, config):
    """A handle on a configuration."""
    handle = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    handle.enable_load_extension(True)
    handle.execute("SELECT load_extension(?, 'sqlite3_entable_init')", (module,))
    handle.execute("SELECT entable_open(?)", (config,)).fetchall()
    return handle


def counted(handle, counter):
    """How often the rows of this process did something."""
    return handle.execute("SELECT coalesce(sum(value), 0) FROM entable_stats"
                          " WHERE tier = 'local' AND counter = ?", (counter,)).fetchone()[0]


def read_low(handle, name):
    """The keys that the cached query of an entity finds."""
    return tuple(key for key, in handle.execute(f"SELECT id FROM {name}_low"))


def read_all(handle, release):
    """Every key as a handle sees it, and what the cached queries find."""
    found = {(table, "low"): read_low(handle, release.names[table]) for table in TABLES}
    for table in TABLES:
        for key in KEYS:
            row = handle.execute(f"SELECT v FROM {release.names[table]} WHERE id = ?",
                                 (key,)).fetchone()
            found[(table, key)] = row[0] if row else None
    return found


class Arena:
    """The sandbox's servers: MySQL's tables, what Redis knows of them, and how the releases
    keep rows (of TIERS). Where processes keep rows themselves each has two threads."""

    def __init__(self, module, mode="redis", settings="", name="release"):
        self.module, self.mode = module, mode
        self.threads = 1 if mode == "redis" else 2
        self.server = Server()
        self.raw = Raw(self.server)
        self.folder = Path(os.environ["ENTABLE_SANDBOX_DIR"])
        self.redis_socket = os.environ.get("ENTABLE_SANDBOX_REDIS", "")
        if not self.redis_socket:
            sys.exit("run this inside `entable sandbox --with redis --database judge -- …`")
        self.redis_at = ["-s", self.redis_socket]
        self.configs = [self.write_config(f"{name}{i}", release, settings)
                        for i, release in enumerate(RELEASES)]

    def redis_line(self):
        """The pool's Redis: that of the sandbox, or the master that its sentinels know."""
        sentinels = os.environ.get("ENTABLE_SANDBOX_SENTINELS")
        if not sentinels:
            return f"  redis: {self.redis_socket}:0\n"
        listed = ", ".join(f'"{address}"' for address in sentinels.split(","))
        return f"  sentinel: {{entable: [{listed}]}}\n"

    def write_config(self, name, release, settings=""):
        """A release's configuration as a file."""
        path = self.folder / f"{name}.yaml"
        pool = (f"  mysql: root@unix({self.server.socket})/{self.server.database}\n"
                + self.redis_line())
        listed = [settings] if settings else []
        if "local_cache" in release.tiers(self.mode):
            pool += "  local_cache: 1000\n"
            listed.append(f"local_cache_lag_ms: {LAG_MS}")
        text = f"settings: {{{', '.join(listed)}}}\n" if listed else ""
        path.write_text(release.yaml(pool, self.mode, text), encoding="utf-8")
        return str(path)

    def redis(self, *words):
        """What Redis answers to a command."""
        done = subprocess.run(["redis-cli", *self.redis_at, *words], text=True,
                              capture_output=True, check=True)
        return done.stdout.strip()

    def caches(self):
        """Whether rows come from a cache at all: what is changed behind everybody's back is
        not seen."""
        self.reset()
        handle = connect(self.module, self.configs[0])
        ask = "SELECT v FROM item WHERE id = 1"
        for value in range(100, 120):
            was = handle.execute(ask).fetchall()
            self.raw.run([f"UPDATE item SET v = {value} WHERE id = 1;"])
            if handle.execute(ask).fetchall() == was:
                return True
        return False

    def reset(self):
        """Begins anew: the tables as at first, and a Redis that knows nothing."""
        self.server.empty()
        self.raw.run(CREATE)
        self.refill()

    def refill(self):
        """The rows as at first."""
        self.raw.run(FILL)
        self.redis("FLUSHALL")

    def wait_for_news(self):
        """Until every process must have heard of what others have changed before."""
        if self.mode != "redis":
            time.sleep(LAG_MS / 1000)

    def differences(self, handles, when):
        """What releases read otherwise than the server has it, as lines; `handles` are by the
        release's number. The server's rows must stand still."""
        state = self.state()
        self.wait_for_news()
        return [f"{when}: release {number} reads {value} of {key}; the server has {state[key]}"
                for number, handle in handles.items()
                for key, value in read_all(handle, RELEASES[number]).items()
                if value != state[key]]

    def connections(self):
        """How many there are on the server."""
        return int(self.raw.run(["SELECT COUNT(*) FROM information_schema.processlist"
                                 " WHERE id <> CONNECTION_ID();"])[0])

    def wait_for_end(self, before):
        """The server notices that the connections of a killed process are gone a little
        later."""
        until = time.monotonic() + LONGEST
        while self.connections() > before:
            if time.monotonic() > until:
                sys.exit("the server does not notice that connections are gone")
            time.sleep(0.005)

    def state(self):
        """What MySQL has: the value of each key, None where there is no row; and what the
        cached queries are to find."""
        found = {(table, key): None for table in TABLES for key in KEYS}
        for line in self.raw.run([f"SELECT '{table}', id, v FROM {table};" for table in TABLES]):
            table, key, value = line.split("\t")
            found[(table, int(key))] = int(value)
        for table in TABLES:
            found[(table, "low")] = tuple(sorted(
                key for (other, key), value in found.items()
                if other == table and value is not None and value < LOW))
        return found
