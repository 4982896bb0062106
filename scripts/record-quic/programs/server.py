"""HTTP/3 with aioquic: GET /N is answered with N bytes, a POST with as many as it brought; /reset is reset."""
import argparse
import asyncio

from aioquic.asyncio import QuicConnectionProtocol, serve
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import ProtocolNegotiated, StreamReset

parser = argparse.ArgumentParser()
parser.add_argument("--retry", action="store_true")
parser.add_argument("--chunk", type=int, default=0, help="bytes of a body that are sent at once, each 10 ms")
options = parser.parse_args()
CANCELLED = 0x10C


class Answers(QuicConnectionProtocol):
    http = None

    def quic_event_received(self, event):
        if isinstance(event, ProtocolNegotiated):
            self.http, self.asked = H3Connection(self._quic), {}
        if self.http is None:
            return
        if isinstance(event, StreamReset):
            self.asked.pop(event.stream_id, None)
        for part in self.http.handle_event(event):
            stream = getattr(part, "stream_id", None)
            if isinstance(part, HeadersReceived) and stream not in self.asked:
                self.asked[stream] = [dict(part.headers), 0]
            elif isinstance(part, DataReceived) and stream in self.asked:
                self.asked[stream][1] += len(part.data)
            if getattr(part, "stream_ended", False) and stream in self.asked:
                asyncio.ensure_future(self.answer(stream, *self.asked[stream]))

    async def answer(self, stream, fields, received):
        path, method = fields[b":path"].decode(), fields[b":method"]
        if path == "/reset":
            self._quic.reset_stream(stream, CANCELLED)
            return self.transmit()
        size = int(path[1:]) if path[1:].isdigit() else received
        self.http.send_headers(
            stream,
            [(b":status", b"200"), (b"server", b"aio"), (b"x-req", b"%d" % stream), (b"set-cookie", b"a=b%d" % (stream % 7))],
            end_stream=method == b"HEAD",
        )
        left = 0 if method == b"HEAD" else size
        while left > 0:
            part = min(options.chunk or left, left)
            left -= part
            self.http.send_data(stream, b"x" * part, end_stream=left == 0)
            self.transmit()
            if options.chunk:
                await asyncio.sleep(0.01)
        self.transmit()


async def main():
    configuration = QuicConfiguration(is_client=False, alpn_protocols=H3_ALPN, idle_timeout=60)
    configuration.load_cert_chain("/w/cert/chain.crt", "/w/cert/server.key")
    tickets = {}
    await serve(
        "0.0.0.0",
        443,
        configuration=configuration,
        create_protocol=Answers,
        retry=options.retry,
        session_ticket_handler=lambda ticket: tickets.__setitem__(ticket.ticket, ticket),
        session_ticket_fetcher=lambda label: tickets.pop(label, None),
    )
    await asyncio.Future()


asyncio.run(main())
