"""Become another program that ends when this one's parent ends: ``leash.py PARENT PROGRAM ...``.

Run as a file of its own. The kernel's death signal belongs to the thread that started the child;
``embedded.py`` keeps that thread. Where the kernel has no such signal the program just runs.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Ask for SIGTERM at the parent's death, then become the program."""
    parent, *command = sys.argv[1:]
    libc = ctypes.CDLL(None)
    if hasattr(libc, "prctl"):
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != int(parent):
            raise SystemExit("the parent ended before its child began")
    os.execv(command[0], command)  # noqa: S606  # the caller's program, no shell


if __name__ == "__main__":
    main()
