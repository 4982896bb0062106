"""HTTP/3 with aioquic, step by step; logs each request with its status, null where there was none.
Steps: get:PATH[,PATH] head:PATH post:PATH:BYTES slowpost:PATH:PARTS reset:PATH abort:PATH sleep:SECONDS update cid rebind migrate"""
import argparse
import asyncio
import json
import os
import pickle
import socket
import ssl

from aioquic.asyncio.client import connect
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import StreamReset

parser = argparse.ArgumentParser()
parser.add_argument("--keys", required=True)
parser.add_argument("--log", required=True)
parser.add_argument("--ticket")
parser.add_argument("--early", action="store_true")
parser.add_argument("--fields", type=int, default=0)
parser.add_argument("steps", nargs="+")
options = parser.parse_args()
log = open(options.log, "a", buffering=1)
CANCELLED = 0x10C


class Asks(QuicConnectionProtocol):
    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.http, self.ended, self.status = H3Connection(self._quic), {}, {}

    def end(self, stream):
        if stream in self.ended and not self.ended[stream].done():
            self.ended[stream].set_result(None)

    def quic_event_received(self, event):
        if isinstance(event, StreamReset):
            self.end(event.stream_id)
        for part in self.http.handle_event(event):
            if isinstance(part, HeadersReceived):
                self.status[part.stream_id] = int(dict(part.headers)[b":status"])
            if isinstance(part, (HeadersReceived, DataReceived)) and part.stream_ended:
                self.end(part.stream_id)

    def ask(self, method, path, body=None, end=True):
        stream = self._quic.get_next_available_stream_id()
        fields = {":method": method, ":scheme": "https", ":authority": "a.test", ":path": path, "user-agent": "aio/1"}
        fields |= {f"x-field-{i}": f"value number {i} of the same long text" for i in range(options.fields)}
        self.ended[stream] = asyncio.get_running_loop().create_future()
        pairs = [(name.encode(), value.encode()) for name, value in fields.items()]
        self.http.send_headers(stream, pairs, end_stream=body is None and end)
        if body is not None:
            self.http.send_data(stream, body, end_stream=end)
        self.transmit()
        return stream, method, path

    async def answered(self, asked):
        stream, method, path = asked
        await asyncio.wait_for(self.ended[stream], 20)
        log.write(json.dumps({"method": method, "path": path, "status": self.status.get(stream)}) + "\n")

    async def cancel(self, asked, upload):
        await asyncio.sleep(0.05)
        if upload:
            self._quic.reset_stream(asked[0], CANCELLED)
        self._quic.stop_stream(asked[0], CANCELLED)
        self.transmit()
        await asyncio.sleep(0.1)
        self.end(asked[0])
        await self.answered(asked)

    async def move(self):
        """To another port, as after a NAT forgot the first one."""
        old = self._transport
        other = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        other.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        other.bind(("::", 0))
        other.setblocking(False)
        self._transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, sock=other)
        old.abort()

    async def step(self, name, *rest):
        if name == "get":
            await asyncio.gather(*[self.answered(self.ask("GET", path)) for path in rest[0].split(",")])
        elif name == "head":
            await self.answered(self.ask("HEAD", rest[0]))
        elif name == "post":
            await self.answered(self.ask("POST", rest[0], b"y" * int(rest[1])))
        elif name == "slowpost":
            asked = self.ask("POST", rest[0], b"y" * 100, end=False)
            for i in range(int(rest[1])):
                await asyncio.sleep(0.05)
                self.http.send_data(asked[0], b"z" * 500, end_stream=i == int(rest[1]) - 1)
                self.transmit()
            await self.answered(asked)
        elif name == "reset":
            await self.cancel(self.ask("GET", rest[0]), upload=False)
        elif name == "abort":
            await self.cancel(self.ask("POST", rest[0], b"y" * 3000, end=False), upload=True)
        elif name == "sleep":
            await asyncio.sleep(float(rest[0]))
        elif name == "update":
            self._quic.request_key_update()
            await self.ping()
        elif name == "cid":
            self.change_connection_id()
            await self.ping()
        elif name == "rebind":
            await self.move()
        elif name == "migrate":
            self._quic.change_connection_id()
            await self.move()
        else:
            raise SystemExit(name)


async def main():
    configuration = QuicConfiguration(is_client=True, alpn_protocols=H3_ALPN, server_name="a.test", idle_timeout=60)
    configuration.verify_mode = ssl.CERT_NONE
    configuration.secrets_log_file = open(options.keys, "a", buffering=1)
    if options.ticket and os.path.exists(options.ticket):
        configuration.session_ticket = pickle.load(open(options.ticket, "rb"))

    def keep(ticket):
        if options.ticket:
            pickle.dump(ticket, open(options.ticket, "wb"))

    more = {"create_protocol": Asks, "session_ticket_handler": keep, "wait_connected": not options.early}
    async with connect("127.0.0.1", 443, configuration=configuration, **more) as client:
        for step in options.steps:
            await client.step(*step.split(":"))


asyncio.run(main())
