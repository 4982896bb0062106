"""A server whose connections something seems to forget: silently (every packet to it is dropped) or so that the next is reset."""

import ctypes
import json
import socket
import struct
import sys
import threading
import time

settings = json.load(open(sys.argv[1]))
SO_ATTACH_FILTER, TCP_REPAIR = 26, 19


class Filter(ctypes.Structure):
    _fields_ = [("code", ctypes.c_ushort), ("jt", ctypes.c_ubyte), ("jf", ctypes.c_ubyte), ("k", ctypes.c_uint)]


DROP_ALL = (Filter * 1)(Filter(0x06, 0, 0, 0))  # ret #0
PROGRAM = struct.pack("HL", 1, ctypes.addressof(DROP_ALL))


def forget(connection, how):
    if how == "silence":
        connection.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, PROGRAM)
    else:  # in repair mode a socket is closed without a word to the peer (tcp(7), CRIU)
        connection.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
        connection.close()


def serve(connection, peer):
    done = 0
    while True:
        data = b""
        while b"\r\n\r\n" not in data:
            more = connection.recv(4096)
            if not more:
                return connection.close()
            data += more
        connection.sendall(f"HTTP/1.1 200 OK\r\nX-Port: {peer[1]}\r\nContent-Length: 6\r\n\r\nhello\n".encode())
        done += 1
        if done == settings["after"]:
            time.sleep(0.5)
            forget(connection, settings["how"])
            return time.sleep(600)


listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("", settings["port"]))
listener.listen()
while True:
    threading.Thread(target=serve, args=listener.accept(), daemon=True).start()
