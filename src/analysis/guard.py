"""Runs one analysis with nothing but its input: no files but Python's own and the analyses', no network, no processes, limits.

    python3 -I -S -B guard.py <script> <folder of shared modules> <seconds> <bytes of memory>

An audit hook refuses (https://docs.python.org/3/library/audit_events.html). It keeps an honest script from going astray and is no prison
for a hostile one. A script's error is told in one line, with the line of the script.
"""

import os
import runpy
import sys

TOO_OLD = 97
REFUSED = (
    "cpython.run_",
    "ctypes.",
    "fcntl.",
    "ftplib.",
    "glob.",
    "http.",
    "imaplib.",
    "mmap.",
    "os.",
    "pathlib.",
    "poplib.",
    "pty.",
    "resource.",
    "shutil.",
    "signal.",
    "smtplib.",
    "socket.",
    "sqlite3.",
    "subprocess.",
    "syslog.",
    "tempfile.",
    "urllib.",
    "webbrowser.",
)
# They reach past the audit events; js, pyodide and pyodide_js are Pyodide's ways out.
MODULES = (
    "_ctypes",
    "_interpreters",
    "_multiprocessing",
    "_posixshmem",
    "_posixsubprocess",
    "_testcapi",
    "_xxsubinterpreters",
    "js",
    "pyodide",
    "pyodide_js",
)
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def guard(folders):
    """From here on only files below `folders` and the interpreter's own library may be read."""
    library = [os.path.dirname(os.__file__), *(path for path in sys.path if path.endswith(".zip"))]
    roots = tuple(os.path.realpath(path) for path in (*library, *folders))

    def inside(path):
        real = os.path.realpath(os.fsdecode(path))
        return any(real == root or real.startswith(root + os.sep) for root in roots)

    def watch(event, args):
        if event == "open":
            path, _, flags = args
            if not isinstance(path, int) and ((flags or 0) & WRITES or not inside(path)):
                raise PermissionError(f"an analysis opens no files: {os.fsdecode(path)}")
        elif event == "import":
            if args[0] in MODULES:
                raise ImportError(f"an analysis may not import {args[0]}")
        elif event in ("os.listdir", "os.scandir"):
            if not isinstance(args[0], (str, bytes)) or not inside(args[0]):
                raise PermissionError(f"an analysis looks into no folders: {args[0]}")
        elif event.startswith(REFUSED):
            raise PermissionError(f"an analysis has no files, network or processes: {event}")

    sys.addaudithook(watch)


def limit(seconds, memory):
    import resource

    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: 32,
        resource.RLIMIT_CORE: 0,
    }
    for what, most in limits.items():
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):
            pass


def run(script):
    """Runs a script as if it were called by name; None, or its error in one line."""
    try:
        runpy.run_path(script, run_name="__main__")
        sys.stdout.flush()
    except SystemExit as end:
        return None if end.code in (None, 0) else str(end.code)
    except BaseException as error:
        line, frame = getattr(error, "lineno", None), error.__traceback__
        while frame:
            line = frame.tb_lineno if frame.tb_frame.f_code.co_filename == script else line
            frame = frame.tb_next
        said = " ".join(str(error).split())[:1000]
        return type(error).__name__ + (f": {said}" if said else "") + (f" (line {line})" if line else "")


if __name__ == "__main__":
    if sys.version_info < (3, 9):
        sys.exit(TOO_OLD)
    script, shared, seconds, memory = sys.argv[1:]
    limit(int(seconds), int(memory))
    sys.path.insert(0, shared)
    guard([script, shared])
    failed = run(script)
    if failed:
        sys.exit(failed)
