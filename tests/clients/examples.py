#!/usr/bin/python3
"""Runs the examples of docs/embedding.md against what `cmake --install` puts in place.

    entable sandbox --database shop -- \\
      /usr/bin/python3 tests/clients/examples.py BUILD DOCUMENT

An example is a fenced block of c, python or js; the next block of text is what it must
print. Those of js are run where BUILD/node has better-sqlite3 (.ci/run puts it there).
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

BUILD, DOCUMENT = Path(sys.argv[1]), Path(sys.argv[2])
SOCKET = os.environ["ENTABLE_SANDBOX_SOCKET"]
DATABASE = os.environ["ENTABLE_SANDBOX_DATABASE"]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.S | re.M)
TABLE = re.compile(r"((?: {4}.*\n)+)\n`MODULE`")


def examples(text):
    """(language, program, output) of each."""
    found, program = [], None
    for language, block in BLOCK.findall(text):
        if language == "text":
            found.append((*program, block))
        else:
            program = language, block
    return found


def reset(text):
    """The table that the document begins with."""
    sql = "DROP TABLE IF EXISTS customer;" + TABLE.search(text)[1]
    subprocess.run(["mariadb", "--no-defaults", "-uroot", f"--socket={SOCKET}", DATABASE],
                   input=sql, text=True, check=True)


def install(folder):
    """Into a prefix of its own: what a program is built against."""
    prefix = folder / "usr"
    subprocess.run(["cmake", "--install", str(BUILD), "--prefix", str(prefix)], check=True,
                   capture_output=True)
    found = next(prefix.rglob("entable.pc"))
    return prefix, found.parent


def command(language, program, folder, prefix, pkgconfig):
    """What runs a program; None where there is nothing to run it with."""
    source = folder / f"program.{language}"
    source.write_text(program, encoding="utf-8")
    if language == "python":
        return ["/usr/bin/python3", str(source)]
    if language == "js":
        return ["node", str(source)] if (BUILD / "node/node_modules").is_dir() else None
    environment = dict(os.environ, PKG_CONFIG_PATH=str(pkgconfig))
    environment.pop("LD_PRELOAD", None)
    flags = subprocess.run(
        ["pkg-config", f"--define-variable=prefix={prefix}", "--cflags", "--libs", "entable"],
        env=environment, text=True, capture_output=True, check=True).stdout.split()
    extra = shlex.split(os.environ.get("ENT_TEST_CFLAGS", ""))
    subprocess.run(["cc", *extra, str(source), *flags, "-o", str(folder / "program")],
                   env=environment, check=True)
    return [str(folder / "program")]


def main():
    text = DOCUMENT.read_text(encoding="utf-8")
    failed = skipped = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prefix, pkgconfig = install(folder)
        environment = dict(os.environ, SHOP=f"mysql://root@localhost/{DATABASE}?socket={SOCKET}",
                           MODULE=str(next(prefix.rglob("entable.so"))),
                           NODE_PATH=str(BUILD / "node/node_modules"))
        environment.pop("ENTABLE_CONFIG", None)
        for number, (language, program, expected) in enumerate(examples(text), 1):
            run = command(language, program, folder, prefix, pkgconfig)
            print(f"example {number}, {language}" + ("" if run else ": skipped"), flush=True)
            if not run:
                skipped += 1
                continue
            reset(text)
            if language != "python":
                environment.pop("LD_PRELOAD", None)
            else:
                environment["LD_PRELOAD"] = os.environ.get("LD_PRELOAD", "")
            done = subprocess.run(run, env=environment, text=True, capture_output=True,
                                  check=False)
            if done.returncode or done.stdout != expected:
                failed += 1
                print(f"  status {done.returncode}, printed:\n{done.stdout}{done.stderr}")
        number += 1
    if number < 4:
        failed += 1
        print("the document has lost its examples")
    print(f"{number - 1 - failed - skipped} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
