/**
 * A capture too large to be read in a moment: the same HTTP/1.1 connection (handshake, one request, a response of 16 KB, FINs) over and
 * over, each from another client port and at a later time. Classic pcap, little-endian, microseconds, Ethernet.
 */
import { closeSync, openSync, writeSync } from 'node:fs'

/** Small segments: it is packets that take time, not bytes. */
const segmentBytes = 64
const bodyBytes = 250 * segmentBytes
const connectionsPerBlock = 256

const enum Flag {
  Fin = 0x01,
  Syn = 0x02,
  Ack = 0x10,
  Push = 0x18,
}

/** Returns how many connections the file holds. */
export function writeLargeCapture(path: string, atLeastBytes: number): number {
  const file = openSync(path, 'w')
  try {
    writeSync(file, fileHeader())
    const block = Buffer.concat(Array.from({ length: connectionsPerBlock }, (_, index) => connection(index)))
    const packets = packetOffsets(block)
    let written = 0
    let blocks = 0
    while (written < atLeastBytes) {
      restamp(block, packets, blocks)
      written += writeSync(file, block)
      blocks++
    }
    return blocks * connectionsPerBlock
  } finally {
    closeSync(file)
  }
}

function fileHeader(): Buffer {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(0xa1b2c3d4, 0)
  header.writeUInt16LE(2, 4)
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(262144, 16)
  header.writeUInt32LE(1, 20)
  return header
}

/** Each block's connections come from another network of clients and a second later. */
function restamp(block: Buffer, packets: readonly number[], number: number): void {
  for (const offset of packets) {
    block.writeUInt32LE(1_700_000_000 + number, offset)
    const ip = offset + 16 + 14
    const fromClient = block.readUInt16BE(ip + 20) !== 80
    block.writeUInt16BE(number & 0xffff, ip + (fromClient ? 12 : 16) + 1)
  }
}

function packetOffsets(block: Buffer): number[] {
  const offsets: number[] = []
  for (let at = 0; at < block.length; at += 16 + block.readUInt32LE(at + 8)) offsets.push(at)
  return offsets
}

function connection(index: number): Buffer {
  const request = Buffer.from(`GET /large/${index} HTTP/1.1\r\nHost: bulk.test\r\nUser-Agent: e2e\r\n\r\n`)
  const head = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: ${bodyBytes}\r\n\r\n`)
  const packets: Buffer[] = []
  const next = { client: 1000, server: 5000 }
  const send = (side: 'client' | 'server', flags: number, payload: Buffer = Buffer.alloc(0)): void => {
    const other = side === 'client' ? 'server' : 'client'
    const time = packets.length * 20 + index * 1500
    packets.push(packet({ side, port: 20_000 + index, seq: next[side], ack: next[other], flags, payload, time }))
    next[side] += payload.length + ((flags & (Flag.Syn | Flag.Fin)) === 0 ? 0 : 1)
  }
  send('client', Flag.Syn)
  send('server', Flag.Syn | Flag.Ack)
  send('client', Flag.Ack)
  send('client', Flag.Push, request)
  send('server', Flag.Push, head)
  for (let sent = 0; sent < bodyBytes; sent += segmentBytes) send('server', Flag.Ack, Buffer.alloc(segmentBytes, 0x61))
  send('server', Flag.Fin | Flag.Ack)
  send('client', Flag.Fin | Flag.Ack)
  send('server', Flag.Ack)
  return Buffer.concat(packets)
}

interface PacketParts {
  readonly side: 'client' | 'server'
  readonly port: number
  readonly seq: number
  readonly ack: number
  readonly flags: number
  readonly payload: Buffer
  /** Microseconds within the second. */
  readonly time: number
}

function packet({ side, port, seq, ack, flags, payload, time }: PacketParts): Buffer {
  const head = Buffer.alloc(16 + 14 + 20 + 20)
  const length = 14 + 20 + 20 + payload.length
  head.writeUInt32LE(time, 4)
  head.writeUInt32LE(length, 8)
  head.writeUInt32LE(length, 12)
  head.writeUInt16BE(0x0800, 16 + 12)
  const ip = 16 + 14
  head.writeUInt8(0x45, ip)
  head.writeUInt16BE(length - 14, ip + 2)
  head.writeUInt8(64, ip + 8)
  head.writeUInt8(6, ip + 9)
  const client = [10, 0, 0, 1] as const
  const server = [192, 0, 2, 80] as const
  const [from, to] = side === 'client' ? [client, server] : [server, client]
  head.set(from, ip + 12)
  head.set(to, ip + 16)
  const tcp = ip + 20
  head.writeUInt16BE(side === 'client' ? port : 80, tcp)
  head.writeUInt16BE(side === 'client' ? 80 : port, tcp + 2)
  head.writeUInt32BE(seq, tcp + 4)
  head.writeUInt32BE((flags & Flag.Ack) === 0 ? 0 : ack, tcp + 8)
  head.writeUInt8(5 << 4, tcp + 12)
  head.writeUInt8(flags, tcp + 13)
  head.writeUInt16BE(65535, tcp + 14)
  return Buffer.concat([head, payload])
}
