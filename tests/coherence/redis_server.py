"""The sandbox's Redis as a process that a test stops, kills and begins anew."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from tables import LONGEST


class RedisServer:
    """That of the sandbox, by its pid; and those that the test begins in its place."""

    def __init__(self, arena):
        self.arena = arena
        self.own = None

    def pid(self):
        lines = self.arena.redis("INFO", "server").splitlines()
        return int(next(line for line in lines if line.startswith("process_id:"))[11:])

    def freeze(self):
        """It answers nobody; gives what thaw() wants."""
        pid = self.pid()
        os.kill(pid, signal.SIGSTOP)
        return pid

    @staticmethod
    def thaw(pid):
        os.kill(pid, signal.SIGCONT)

    def kill(self):
        """It is gone, with all it knew."""
        pid = self.pid()
        os.kill(pid, signal.SIGKILL)
        if self.own:
            self.own.wait()
            self.own = None

    def begin(self):
        """A new one at the same places; Debian's redis-tools has the program under another
        name, and the sandbox a link to it."""
        folder = self.arena.folder
        program = shutil.which("redis-server") or str(folder / "redis-server")
        self.own = subprocess.Popen(
            [program, "--port", os.environ["ENTABLE_SANDBOX_REDIS_PORT"], "--bind",
             "127.0.0.1", "--unixsocket", self.arena.redis_socket, "--unixsocketperm", "700",
             "--dir", str(Path(self.arena.redis_socket).parent), "--save", "", "--appendonly",
             "no"], stdout=subprocess.DEVNULL)
        until = time.monotonic() + LONGEST
        while not self.answers():
            if time.monotonic() > until or self.own.poll() is not None:
                sys.exit("Redis does not begin again")
            time.sleep(0.01)

    def answers(self):
        try:
            return self.arena.redis("PING") == "PONG"
        except subprocess.CalledProcessError:
            return False

    def end(self):
        """Ends the one that the test has begun."""
        if self.own:
            self.own.kill()
            self.own.wait()


def new_master(arena):
    """Where sentinels say that the master is, once it is another than at first."""
    first = os.environ["ENTABLE_SANDBOX_REDIS_PORT"]
    host, port = os.environ["ENTABLE_SANDBOX_SENTINELS"].split(",")[0].split(":")
    until = time.monotonic() + LONGEST
    while time.monotonic() < until:
        told = subprocess.run(["redis-cli", "-h", host, "-p", port, "SENTINEL",
                               "get-master-addr-by-name", "entable"], text=True,
                              capture_output=True, check=True).stdout.split()
        if told[1:] and told[1] != first:
            arena.redis_at = ["-h", told[0], "-p", told[1]]
            if "role:master" in arena.redis("INFO", "replication"):
                return
        time.sleep(0.05)
    sys.exit("nobody becomes the master")
