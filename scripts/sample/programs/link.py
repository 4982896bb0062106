"""A link of known delay: two TAP devices, one in each network namespace, joined in user space.

Usage: python3 link.py NETNS_A NETNS_B DEVICE ONE_WAY_MS
Prints "ready" once both devices exist and carries frames until it is ended.
Stands in for `tc qdisc … netem delay`, which not every kernel has.
"""

import ctypes
import errno
import fcntl
import os
import select
import struct
import sys
import time
from collections import deque

TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
CLONE_NEWNET = 0x40000000
LONGEST_FRAME = 65536


def open_tap(namespace, device):
    libc = ctypes.CDLL(None, use_errno=True)
    with open(f"/run/netns/{namespace}") as ns:
        if libc.setns(ns.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"setns {namespace}")
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", device.encode(), IFF_TAP | IFF_NO_PI))
    return fd


def frames(fd):
    while True:
        try:
            yield os.read(fd, LONGEST_FRAME)
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.EIO):  # nothing more, or the device is not up yet
                return
            raise


def deliver(fd, frame):
    try:
        os.write(fd, frame)
    except OSError as error:
        if error.errno not in (errno.EIO, errno.EAGAIN, errno.ENOBUFS):
            raise


def main():
    namespace_a, namespace_b, device, one_way_ms = sys.argv[1:5]
    delay = float(one_way_ms) / 1e3
    ends = [open_tap(namespace_a, device), open_tap(namespace_b, device)]
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10))  # a busy browser must not add to the delay
    except OSError:
        pass  # not allowed everywhere; the delay is then less even
    under_way = deque()  # (due, descriptor, frame): one constant delay, so first in is first out
    print("ready", flush=True)
    while True:
        while under_way and under_way[0][0] <= time.monotonic():
            _, fd, frame = under_way.popleft()
            deliver(fd, frame)
        wait = max(0.0, under_way[0][0] - time.monotonic()) if under_way else None
        for fd in select.select(ends, [], [], wait)[0]:
            due, other = time.monotonic() + delay, ends[1 - ends.index(fd)]
            under_way.extend((due, other, frame) for frame in frames(fd))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
