"""urllib3's pool: bursts of threads at given times. Reads the plan on standard input, writes a line a request."""

import json
import sys
import threading
import time

import urllib3
import urllib3.connection

plan = json.load(sys.stdin)
opened, opening = {}, threading.Lock()


class Connection(urllib3.connection.HTTPConnection):
    def connect(self):
        # One at a time: the order in this log is that of the SYNs.
        with opening:
            at = time.monotonic() - began
            super().connect()
            opened[self.sock.getsockname()[1]] = at


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
    start = time.monotonic() - began
    response = pool.request("GET", "/", headers={"User-Agent": "urllib3/lab"}, preload_content=True)
    end = time.monotonic() - began
    with lock:
        lines.append({"port": int(response.headers["X-Port"]), "start": start, "end": end, "answered": True})


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
