"""Start a program so that it dies with its parent, under another user if asked.

Run as a script, by path and with `python -I -S` (it starts in some 10 ms and needs nothing but the standard library):
`launch.py PARENT_PID DEATH_SIGNAL IDENTITY PROGRAM [ARGUMENT …]`, where IDENTITY is
  same        stay who we are
  namespace   show root as `nobody` in a user namespace: files stay root's, and PostgreSQL, which refuses root, starts
  uid:NUMBER  become that user, but keep the right to reach files anywhere (as root, where namespaces are refused)
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION = 0x20080522
CLONE_NEWUSER = 0x10000000
NOBODY = 65534


def call(function: str, *arguments: object) -> None:
    """Call a function of the C library; raise `OSError` when it answers -1."""
    if getattr(ctypes.CDLL(None, use_errno=True), function)(*arguments) == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{function}: {os.strerror(number)}")


def die_with_parent(death_signal: int = signal.SIGKILL) -> None:
    """Get `death_signal` when the process that started us ends (where the system can do that: Linux)."""
    if sys.platform == "linux":
        call("prctl", PR_SET_PDEATHSIG, death_signal, 0, 0, 0)


def become_nobody_in_a_namespace() -> None:
    """Root stays root outside, and is called `nobody` inside."""
    uid, gid = os.getuid(), os.getgid()
    call("unshare", CLONE_NEWUSER)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{NOBODY} {uid} 1"),
        ("gid_map", f"{NOBODY} {gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:  # noqa: PTH123 - importing pathlib takes longer than all this
            file.write(text)


def become(uid: int) -> None:
    """Change to `uid`, keeping only CAP_DAC_OVERRIDE, across the exec that follows."""
    call("prctl", PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    bit = 1 << CAP_DAC_OVERRIDE
    sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)  # effective, permitted, inheritable; then the upper halves
    call("capset", header, sets)
    call("prctl", PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


def main(arguments: list[str]) -> None:
    """Become what was asked for, then the program."""
    parent, death_signal, identity, program = (
        int(arguments[0]),
        int(arguments[1]),
        arguments[2],
        arguments[3:],
    )
    if identity == "namespace":
        become_nobody_in_a_namespace()
    elif identity.startswith("uid:"):
        become(int(identity.removeprefix("uid:")))
    die_with_parent(death_signal)  # last: the kernel forgets it when credentials change
    if os.getppid() != parent:  # It died before we could ask to be told.
        sys.exit(1)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    os.execvp(program[0], program)  # noqa: S606 - no shell is the point


if __name__ == "__main__":
    main(sys.argv[1:])
