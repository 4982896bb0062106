/** QUIC connections made from words: packets are protected with secrets that the test knows, and written to a capture. */
import { createCipheriv } from 'node:crypto'
import type { Address } from './packets'
import { octets, u16, u32, zeros } from './octets'
import type { Part } from './octets'
import { ip, udp } from './packets'
import { Wire } from './wire'
import type { How } from './wire'
import { InitialKeys } from '../quic/initial-keys'
import { packetKeys, suiteOf, updatedKeys } from '../quic/packet-keys'
import type { PacketKeys } from '../quic/packet-keys'
import { CLIENT, SERVER } from '../quic/role'
import type { Role } from '../quic/role'
import { VERSION_1 } from '../quic/version'
import type { PacketType, QuicVersion } from '../quic/version'

export type Level = 'initial' | '0-rtt' | 'handshake' | '1-rtt'

/** A variable-length integer of two octets, or four when it needs them. */
export const varint = (value: number): Uint8Array => (value < 0x4000 ? u16(value | 0x4000) : u32((value | 0x8000_0000) >>> 0))

export const crypto = (data: Uint8Array, offset = 0): Uint8Array => octets(6, varint(offset), varint(data.length), data)
export const stream = (id: number, data: Uint8Array, offset = 0, fin = false): Uint8Array =>
  octets(0x0e | (fin ? 1 : 0), varint(id), varint(offset), varint(data.length), data)
/** An acknowledgment of one packet (RFC 9000 §19.3), whose number takes eight octets. */
export const ack = (number: number): Uint8Array =>
  octets(2, u32((Math.floor(number / 2 ** 32) | 0xc000_0000) >>> 0), u32(number % 2 ** 32), 0, 0, 0)
export const newConnectionId = (id: Uint8Array, token = zeros(16)): Uint8Array =>
  octets(0x18, varint(1), varint(0), id.length, id, token)
/** An HTTP/3 frame. */
export const frame = (type: number, payload: Uint8Array): Uint8Array => octets(type, varint(payload.length), payload)

const vector = (bytes: number, ...parts: readonly Part[]): Uint8Array => {
  const body = octets(...parts)
  return octets(bytes === 2 ? u16(body.length) : body.length, body)
}
const extension = (type: number, ...parts: readonly Part[]): Uint8Array => octets(u16(type), vector(2, ...parts))
const message = (type: number, ...parts: readonly Part[]): Uint8Array => {
  const body = octets(...parts)
  return octets(type, 0, u16(body.length), body)
}

export interface Hello {
  readonly random: Uint8Array
  readonly sni: string
  readonly alpn: readonly string[]
  readonly earlyData?: boolean
}

export const clientHello = ({ random, sni, alpn, earlyData = false }: Hello): Uint8Array =>
  message(
    1,
    ...[u16(0x0303), random, 0, vector(2, u16(0x1301)), vector(1, 0)],
    vector(
      2,
      extension(0, vector(2, 0, vector(2, sni))),
      extension(16, vector(2, ...alpn.map((name) => vector(1, name)))),
      earlyData ? extension(42) : '',
    ),
  )

export const serverHello = (suite: number, resumed = false): Uint8Array =>
  message(
    2,
    u16(0x0303),
    zeros(32),
    0,
    u16(suite),
    0,
    vector(2, extension(43, u16(0x0304)), resumed ? extension(41, u16(0)) : ''),
  )

/** @param resetToken the transport parameter of that name (RFC 9000 §18.2), behind one of another number */
export const encryptedExtensions = (alpn: string, earlyData = false, resetToken: Uint8Array | null = null): Uint8Array => {
  const parameters = resetToken === null ? '' : extension(57, octets(1, 2, 0x40, 0x64, 2, resetToken.length, resetToken))
  return message(8, vector(2, extension(16, vector(2, vector(1, alpn))), earlyData ? extension(42) : '', parameters))
}

export const finished = (): Uint8Array => message(20, zeros(32))

export interface TalkOptions {
  readonly client: Address
  readonly server: Address
  readonly version: QuicVersion
  readonly suite: number
  readonly clientId: Uint8Array
  readonly serverId: Uint8Array
  readonly destination: Uint8Array
  /** Tells this connection's secrets from another's. */
  readonly seed: number
}

const SECRETS = [
  'CLIENT_EARLY_TRAFFIC_SECRET',
  'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  'SERVER_HANDSHAKE_TRAFFIC_SECRET',
  'CLIENT_TRAFFIC_SECRET_0',
  'SERVER_TRAFFIC_SECRET_0',
] as const

/** One connection. Numbers of packets count by themselves. */
export class QuicTalk {
  readonly options: TalkOptions
  readonly random: Uint8Array
  readonly addresses: [Address, Address]
  /** The Destination Connection ID that each role puts into its packets. */
  readonly destination: [Uint8Array, Uint8Array]
  readonly numbers: [number, number] = [0, 0]
  /** Short headers lack the fixed bit (RFC 9287). */
  greased = false
  initial: InitialKeys
  version: QuicVersion
  private readonly secrets: readonly Uint8Array[]
  private readonly oneRtt: [PacketKeys, PacketKeys]
  private readonly phase: [number, number] = [0, 0]

  constructor(
    readonly wire: Wire = new Wire(),
    options: Partial<TalkOptions> = {},
  ) {
    const o: TalkOptions = {
      client: { ip: '10.0.0.2', port: 50_000 },
      server: { ip: '10.0.0.1', port: 443 },
      version: VERSION_1,
      suite: 0x1301,
      clientId: octets('cccc'),
      serverId: octets('ssssssss'),
      destination: octets('original'),
      seed: 1,
      ...options,
    }
    this.options = o
    this.random = new Uint8Array(32).fill(o.seed)
    this.addresses = [o.client, o.server]
    this.destination = [o.destination, o.clientId]
    this.initial = new InitialKeys(o.destination)
    this.version = o.version
    const length = o.suite === 0x1302 ? 48 : 32
    this.secrets = SECRETS.map((_, i) => new Uint8Array(length).fill(16 * o.seed + i))
    this.oneRtt = [
      packetKeys(o.version, suiteOf(o.suite)!, this.secrets[3]!),
      packetKeys(o.version, suiteOf(o.suite)!, this.secrets[4]!),
    ]
  }

  /** The connection's lines of a key log. */
  get keylog(): Uint8Array {
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
    return octets(SECRETS.map((label, i) => `${label} ${hex(this.random)} ${hex(this.secrets[i]!)}\n`).join(''))
  }

  /** A protected packet. */
  packet(role: Role, level: Level, ...frames: readonly Part[]): Uint8Array {
    const number = this.numbers[role]++
    const payload = octets(...frames, zeros(4))
    const header =
      level === '1-rtt'
        ? octets((this.greased ? 0x03 : 0x43) | this.phase[role], this.destination[role])
        : this.long(role, level, payload.length)
    return protect(this.keys(role, level), octets(header, u32(number % 2 ** 32)), number, payload)
  }

  /** Puts packets of one side on the wire as one datagram. Returns its number in the capture. */
  sends(role: Role, packets: readonly Uint8Array[], how: How = {}, dropped = 0): number {
    const [from, to] = role === CLIENT ? this.addresses : [this.addresses[1], this.addresses[0]]
    return this.wire.put(ip(from.ip, to.ip, 17, udp(from.port, to.port, octets(...packets))), how, dropped)
  }

  client(level: Level, ...frames: readonly Part[]): number {
    return this.sends(CLIENT, [this.packet(CLIENT, level, ...frames)])
  }
  server(level: Level, ...frames: readonly Part[]): number {
    return this.sends(SERVER, [this.packet(SERVER, level, ...frames)])
  }

  hello(options: Partial<Hello> = {}): Uint8Array {
    return clientHello({ random: this.random, sni: 'quic.test', alpn: ['h3'], ...options })
  }

  /** Client's and server's hellos and the client's Finished: one round trip of so many milliseconds. */
  opens(roundTrip = 20): this {
    this.client('initial', crypto(this.hello()))
    return this.answers(roundTrip)
  }

  answers(
    roundTrip = 20,
    options: {
      readonly alpn?: string
      readonly resumed?: boolean
      readonly earlyData?: boolean
      readonly resetToken?: Uint8Array
    } = {},
  ): this {
    this.destination[CLIENT] = this.options.serverId
    const { alpn = 'h3', resumed = false, earlyData = false, resetToken = null } = options
    const packets = [
      this.packet(SERVER, 'initial', crypto(serverHello(this.options.suite, resumed))),
      this.packet(SERVER, 'handshake', crypto(encryptedExtensions(alpn, earlyData, resetToken))),
    ]
    this.sends(SERVER, packets, { after: roundTrip })
    this.sends(CLIENT, [this.packet(CLIENT, 'handshake', crypto(finished()))], { after: 0 })
    return this
  }

  /** One side goes on to its next keys (RFC 9001 §6). */
  updatesKeys(role: Role): this {
    this.oneRtt[role] = updatedKeys(this.version, this.oneRtt[role])
    this.phase[role] ^= 4
    return this
  }

  private long(role: Role, level: Level, length: number): Uint8Array {
    const { version } = this
    const source = role === CLIENT ? this.options.clientId : this.options.serverId
    const bits = version.types.indexOf(level as PacketType)
    const ids = [vector(1, this.destination[role]), vector(1, source)]
    return octets(0xc3 | (bits << 4), u32(version.number), ...ids, level === 'initial' ? 0 : '', varint(length + 20))
  }

  private keys(role: Role, level: Level): PacketKeys {
    if (level === 'initial') return this.initial.of(this.version, role)
    if (level === '1-rtt') return this.oneRtt[role]
    return packetKeys(this.version, suiteOf(this.options.suite)!, this.secrets[level === '0-rtt' ? 0 : 1 + role]!)
  }
}

/** Protects a packet whose number stands in the header's last four octets (RFC 9001 §5). */
function protect(keys: PacketKeys, header: Uint8Array, number: number, payload: Uint8Array): Uint8Array {
  const nonce = Uint8Array.from(keys.iv)
  octets(u32(Math.floor(number / 2 ** 32)), u32(number % 2 ** 32)).forEach((octet, i) => (nonce[4 + i]! ^= octet))
  const cipher = createCipheriv(keys.suite.cipher as 'aes-128-gcm', keys.key, nonce, { authTagLength: 16 })
  cipher.setAAD(header, { plaintextLength: payload.length })
  const sealed = octets(cipher.update(payload), cipher.final(), cipher.getAuthTag())
  const packet = octets(header, sealed)
  const mask = keys.mask.of(sealed.subarray(0, 16))
  packet[0]! ^= mask[0]! & ((packet[0]! & 0x80) !== 0 ? 0x0f : 0x1f)
  for (let i = 0; i < 4; i++) packet[header.length - 4 + i]! ^= mask[1 + i]!
  return packet
}
