"""What the decode worker may not even ask of Linux: networks, other processes, changes to files.

A filter of system calls (seccomp), set up after everything is imported and never lifted. It needs
no rights and no configuration. What it refuses fails with EPERM, as if the worker had no rights.
The limit on processes (RLIMIT_NPROC) does not serve: it counts threads, of the whole account.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import socket
import struct
import sys
from collections.abc import Callable

SET_MODE_FILTER, SYNCHRONISE_THREADS = 1, 1
NO_NEW_PRIVILEGES = 38
X32_BIT = 0x40000000
CLONE_THREAD = 0x00010000
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
ALLOW, FAIL = 0x7FFF0000, 0x00050000
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = (
    0x20,
    0x15,
    0x35,
    0x45,
    0x06,
)  # BPF: ld, jeq, jge, jset, ret
NUMBER_AT, ARCHITECTURE_AT, FIRST_ARGUMENT_AT = 0, 4, 16

# One row per refused system call: its number on x86-64 (None: there is none) and on arm64.
REFUSED: dict[str, tuple[int | None, int | None]] = {
    "socket": (41, 198),
    "connect": (42, 203),
    "accept": (43, 202),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "bind": (49, 200),
    "listen": (50, 201),
    "socketpair": (53, 199),
    "accept4": (288, 242),
    "sendmmsg": (307, 269),
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
    "kill": (62, 129),
    "pidfd_send_signal": (424, 424),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "io_uring_setup": (425, 425),
    "mount": (165, 40),
    "setns": (308, 268),
    "unshare": (272, 97),
    "bpf": (321, 280),
    "keyctl": (250, 219),
    "creat": (85, None),
    "truncate": (76, 45),
    "rename": (82, None),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "unlink": (87, None),
    "unlinkat": (263, 35),
    "mkdir": (83, None),
    "mkdirat": (258, 34),
    "rmdir": (84, None),
    "link": (86, None),
    "linkat": (265, 37),
    "symlink": (88, None),
    "symlinkat": (266, 36),
    "chmod": (90, None),
    "fchmodat": (268, 53),
    "chown": (92, None),
    "fchownat": (260, 54),
}
ARCHITECTURES = {"x86_64": (0, 0xC000003E, 317), "aarch64": (1, 0xC00000B7, 277)}
"""Column of the table, number of the architecture, number of seccomp itself."""
OPEN, OPENAT, CLONE, CLONE3 = (2, None), (257, 56), (56, 220), (435, 435)


class FilterProgram(ctypes.Structure):
    """What seccomp takes: the number of instructions and where they are."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def guard_process() -> bool:
    """Set up the filter; return whether it is in force. Where there is none, limits remain."""
    known = ARCHITECTURES.get(platform.machine())
    if sys.platform != "linux" or known is None:
        return False
    column, architecture, seccomp = known
    instructions = _program(column, architecture)
    program = FilterProgram(len(instructions) // 8, instructions)
    system = ctypes.CDLL(None, use_errno=True)
    if system.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return False
    made = system.syscall(seccomp, SET_MODE_FILTER, SYNCHRONISE_THREADS, ctypes.byref(program))
    return bool(made == 0)


def what_is_refused() -> dict[str, bool]:
    """Try what a worker must not be able to do, and return what was refused."""
    return {
        "network": _is_refused(_open_a_socket),
        "other programs": _is_refused(_start_a_process),
        "writing files": _is_refused(_write_a_file),
    }


def _program(column: int, architecture: int) -> bytes:
    """Return the filter: refused calls fail, conditional ones are looked into, others pass."""
    refuse = _instruction(RETURN, 0, 0, FAIL | errno.EPERM)
    allow = _instruction(RETURN, 0, 0, ALLOW)
    parts = [
        _instruction(LOAD, 0, 0, ARCHITECTURE_AT),
        _instruction(EQUAL, 1, 0, architecture) + refuse,
        _instruction(LOAD, 0, 0, NUMBER_AT),
        _instruction(AT_LEAST, 0, 1, X32_BIT) + refuse,
    ]
    for numbers in REFUSED.values():
        parts.append(_when(numbers[column], refuse))
    # an answer of "unknown" makes the C library fall back to clone, whose flags can be seen
    parts.append(_when(CLONE3[column], _instruction(RETURN, 0, 0, FAIL | errno.ENOSYS)))
    flags = _instruction(LOAD, 0, 0, FIRST_ARGUMENT_AT)
    parts.append(
        _when(CLONE[column], flags + _instruction(ANY_BIT, 1, 0, CLONE_THREAD) + refuse + allow)
    )
    for call, argument in ((OPEN, 1), (OPENAT, 2)):
        flags = _instruction(LOAD, 0, 0, FIRST_ARGUMENT_AT + 8 * argument)
        parts.append(
            _when(call[column], flags + _instruction(ANY_BIT, 0, 1, WRITES) + refuse + allow)
        )
    return b"".join((*parts, allow))


def _when(number: int | None, then: bytes) -> bytes:
    """Return instructions that run `then` for one system call."""
    if number is None:
        return b""
    return _instruction(EQUAL, 0, len(then) // 8, number) + then


def _instruction(code: int, if_true: int, if_false: int, operand: int) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, operand)


def _is_refused(attempt: Callable[[], None]) -> bool:
    try:
        attempt()
    except OSError as problem:
        return problem.errno == errno.EPERM
    return False


def _open_a_socket() -> None:
    socket.socket().close()


def _start_a_process() -> None:
    if sys.platform != "win32" and os.fork() == 0:
        os._exit(0)


def _write_a_file() -> None:
    os.close(os.open(os.devnull, os.O_WRONLY))
