"""urllib3's pool: bursts of threads at given times. Reads the plan on standard input, writes a line a request."""

import itertools
import json
import sys
import threading
import time

import urllib3
import urllib3.connection

plan = json.load(sys.stdin)
opened, going_out, started = {}, threading.Lock(), threading.local()
lookups = itertools.cycle(plan["lookups"]) if plan.get("lookups") else None


class Connection(urllib3.connection.HTTPConnection):
    """Notes when its SYN and its requests go out, one at a time: the order in the log is that on the wire."""

    def connect(self):
        # As if a name were looked up: the client has decided to open a connection, and nobody sees it yet.
        if lookups:
            time.sleep(next(lookups))
        with going_out:
            opened_at = started.at = time.monotonic() - began
            super().connect()
            opened[self.sock.getsockname()[1]] = opened_at

    def send(self, data):
        if self.sock is None:
            self.connect()
        with going_out:
            if started.at is None:
                started.at = time.monotonic() - began
            super().send(data)


urllib3.HTTPConnectionPool.ConnectionCls = Connection
began = time.monotonic()
pool = urllib3.HTTPConnectionPool("127.0.0.1", plan["port"], maxsize=plan["maxsize"], block=False, retries=False)
lines, lock = [], threading.Lock()


def one():
    global pool
    if plan.get("fresh"):
        with urllib3.HTTPConnectionPool("127.0.0.1", plan["port"], maxsize=1, retries=False) as own:
            ask(own)
    else:
        ask(pool)


def ask(pool):
    started.at = None
    response = pool.request("GET", "/", headers={"User-Agent": "urllib3/lab"}, preload_content=True)
    end = time.monotonic() - began
    with lock:
        lines.append({"port": int(response.headers["X-Port"]), "start": started.at, "end": end, "answered": True})


for burst in plan["bursts"]:
    time.sleep(max(0, burst["at"] - (time.monotonic() - began)))
    threads = [threading.Thread(target=one) for _ in range(burst["size"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
for line in lines:
    line["opened"] = opened[line["port"]]
print(json.dumps(lines))
