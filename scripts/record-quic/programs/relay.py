"""UDP from 127.0.0.1:443 to 127.0.0.2:443 and back, 10 ms later each way."""
import asyncio

DELAY = 0.01


class Upward(asyncio.DatagramProtocol):
    def __init__(self, down, client):
        self.down, self.client = down, client

    def datagram_received(self, data, _):
        asyncio.get_running_loop().call_later(DELAY, self.down.sendto, data, self.client)


class Downward(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport, self.ways = transport, {}

    def datagram_received(self, data, client):
        loop = asyncio.get_running_loop()
        if client not in self.ways:
            way = lambda: Upward(self.transport, client)
            self.ways[client] = asyncio.ensure_future(
                loop.create_datagram_endpoint(way, local_addr=("127.0.0.1", 0), remote_addr=("127.0.0.2", 443))
            )

        async def send():
            (await self.ways[client])[0].sendto(data)

        loop.call_later(DELAY, lambda: asyncio.ensure_future(send()))


async def main():
    await asyncio.get_running_loop().create_datagram_endpoint(Downward, local_addr=("127.0.0.1", 443))
    await asyncio.Future()


asyncio.run(main())
