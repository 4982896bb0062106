/** The examples of RFC 9001 appendix A, and those of RFC 9369 appendix A for version 2. */
import { describe, expect, it } from 'vitest'
import { parseClientHello, parseServerHello } from '../tls/hello'
import { walkFrames } from './frames'
import { longHeader } from './header'
import type { LongHeader } from './header'
import { InitialKeys } from './initial-keys'
import { initialSecrets, packetKeys, suiteOf, updatedKeys } from './packet-keys'
import type { PacketKeys } from './packet-keys'
import { fullPacketNumber, open, unmask } from './protection'
import { isRetryFor } from './retry'
import { CLIENT, SERVER } from './role'
import { VERSION_1, VERSION_2, versionOf } from './version'

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'))
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const CHACHA = suiteOf(0x1303)!

const DESTINATION = hex('8394c8f03e515708')
const CLIENT_INITIAL = hex(`
  c000000001088394c8f03e5157080000 449e7b9aec34d1b1c98dd7689fb8ec11 d242b123dc9bd8bab936b47d92ec356c 0bab7df5976d27cd449f63300099f399
  1c260ec4c60d17b31f8429157bb35a12 82a643a8d2262cad67500cadb8e7378c 8eb7539ec4d4905fed1bee1fc8aafba1 7c750e2c7ace01e6005f80fcb7df6212
  30c83711b39343fa028cea7f7fb5ff89 eac2308249a02252155e2347b63d58c5 457afd84d05dfffdb20392844ae81215 4682e9cf012f9021a6f0be17ddd0c208
  4dce25ff9b06cde535d0f920a2db1bf3 62c23e596d11a4f5a6cf3948838a3aec 4e15daf8500a6ef69ec4e3feb6b1d98e 610ac8b7ec3faf6ad760b7bad1db4ba3
  485e8a94dc250ae3fdb41ed15fb6a8e5 eba0fc3dd60bc8e30c5c4287e53805db 059ae0648db2f64264ed5e39be2e20d8 2df566da8dd5998ccabdae053060ae6c
  7b4378e846d29f37ed7b4ea9ec5d82e7 961b7f25a9323851f681d582363aa5f8 9937f5a67258bf63ad6f1a0b1d96dbd4 faddfcefc5266ba6611722395c906556
  be52afe3f565636ad1b17d508b73d874 3eeb524be22b3dcbc2c7468d54119c74 68449a13d8e3b95811a198f3491de3e7 fe942b330407abf82a4ed7c1b311663a
  c69890f4157015853d91e923037c227a 33cdd5ec281ca3f79c44546b9d90ca00 f064c99e3dd97911d39fe9c5d0b23a22 9a234cb36186c4819e8b9c5927726632
  291d6a418211cc2962e20fe47feb3edf 330f2c603a9d48c0fcb5699dbfe58964 25c5bac4aee82e57a85aaf4e2513e4f0 5796b07ba2ee47d80506f8d2c25e50fd
  14de71e6c418559302f939b0e1abd576 f279c4b2e0feb85c1f28ff18f58891ff ef132eef2fa09346aee33c28eb130ff2 8f5b766953334113211996d20011a198
  e3fc433f9f2541010ae17c1bf202580f 6047472fb36857fe843b19f5984009dd c324044e847a4f4a0ab34f719595de37 252d6235365e9b84392b061085349d73
  203a4a13e96f5432ec0fd4a1ee65accd d5e3904df54c1da510b0ff20dcc0c77f cb2c0e0eb605cb0504db87632cf3d8b4 dae6e705769d1de354270123cb11450e
  fc60ac47683d7b8d0f811365565fd98c 4c8eb936bcab8d069fc33bd801b03ade a2e1fbc5aa463d08ca19896d2bf59a07 1b851e6c239052172f296bfb5e724047
  90a2181014f3b94a4e97d117b4381303 68cc39dbb2d198065ae3986547926cd2 162f40a29f0c3c8745c0f50fba3852e5 66d44575c29d39a03f0cda721984b6f4
  40591f355e12d439ff150aab7613499d bd49adabc8676eef023b15b65bfc5ca0 6948109f23f350db82123535eb8a7433 bdabcb909271a6ecbcb58b936a88cd4e
  8f2e6ff5800175f113253d8fa9ca8885 c2f552e657dc603f252e1a8e308f76f0 be79e2fb8f5d5fbbe2e30ecadd220723 c8c0aea8078cdfcb3868263ff8f09400
  54da48781893a7e49ad5aff4af300cd8 04a6b6279ab3ff3afb64491c85194aab 760d58a606654f9f4400e8b38591356f bf6425aca26dc85244259ff2b19c41b9
  f96f3ca9ec1dde434da7d2d392b905dd f3d1f9af93d1af5950bd493f5aa731b4 056df31bd267b6b90a079831aaf579be 0a39013137aac6d404f518cfd4684064
  7e78bfe706ca4cf5e9c5453e9f7cfd2b 8b4c8d169a44e55c88d4a9a7f9474241 e221af44860018ab0856972e194cd934`)
const SERVER_INITIAL = hex(`
  cf000000010008f067a5502a4262b500 4075c0d95a482cd0991cd25b0aac406a 5816b6394100f37a1c69797554780bb3 8cc5a99f5ede4cf73c3ec2493a1839b3
  dbcba3f6ea46c5b7684df3548e7ddeb9 c3bf9c73cc3f3bded74b562bfb19fb84 022f8ef4cdd93795d77d06edbb7aaf2f 58891850abbdca3d20398c276456cbc4
  2158407dd074ee`)
const SERVER_FRAMES = `
  02000000000600405a020000560303ee fce7f7b37ba1d1632e96677825ddf739 88cfc79825df566dc5430b9a045a1200 130100002e00330024001d00209d3c94
  0d89690b84d08a60993c144eca684d10 81287c834d5311bcf32bb9da1a002b00 020304`
const SERVER_INITIAL_2 = hex(`
  dc6b3343cf0008f067a5502a4262b500 4075d92faaf16f05d8a4398c47089698 baeea26b91eb761d9b89237bbf872630 17915358230035f7fd3945d88965cf17
  f9af6e16886c61bfc703106fbaf3cb4c fa52382dd16a393e42757507698075b2 c984c707f0a0812d8cd5a6881eaf21ce da98f4bd23f6fe1a3e2c43edd9ce7ca8
  4bed8521e2e140`)

const header = (packet: Uint8Array): LongHeader => longHeader(packet, 0, packet.length, packet.length)!

function opened(
  keys: PacketKeys,
  packet: Uint8Array,
  body: number,
  largest = -1,
): { header: string; number: number; payload: Uint8Array | null } {
  const unmasked = unmask(keys, packet, 0, body, packet.length, largest)!
  return { header: text(unmasked.header), number: unmasked.packetNumber, payload: open(keys, unmasked, packet, 0, packet.length) }
}

const parts = ({ secret, key, iv }: PacketKeys): string[] => [secret, key, iv].map(text)

describe('RFC 9001 appendix A', () => {
  it('A.1: keys of Initial packets', () => {
    const keys = new InitialKeys(DESTINATION)
    expect(parts(keys.of(VERSION_1, CLIENT))).toEqual([
      'c00cf151ca5be075ed0ebfb5c80323c42d6b7db67881289af4008f1f6c357aea',
      '1f369613dd76d5467730efcbe3b1a22d',
      'fa044b2f42a3fd3b46fb255c',
    ])
    expect(parts(keys.of(VERSION_1, SERVER))).toEqual([
      '3c199828fd139efd216c155ad844cc81fb82fa8d7446fa7d78be803acdda951b',
      'cf3a5331653c364c88f0f379b6067e37',
      '0ac1493ca1905853b0bba03e',
    ])
    expect(text(keys.of(VERSION_1, CLIENT).mask.of(hex('d1b1c98dd7689fb8ec11d242b123dc9b')).subarray(0, 5))).toBe('437b9aec36')
    expect(text(keys.of(VERSION_1, SERVER).mask.of(hex('2cd0991cd25b0aac406a5816b6394100')).subarray(0, 5))).toBe('2ec0d8356a')
  })

  it('A.2: the client’s Initial', () => {
    const { type, destination, source, body, end } = header(CLIENT_INITIAL)
    expect([type, text(destination), text(source), body, end]).toEqual(['initial', '8394c8f03e515708', '', 18, 1200])
    const { number, payload, header: plain } = opened(new InitialKeys(destination).of(VERSION_1, CLIENT), CLIENT_INITIAL, body)
    expect([number, plain, payload?.length]).toEqual([2, 'c300000001088394c8f03e5157080000449e00000002', 1162])
    const hellos: ReturnType<typeof parseClientHello>[] = []
    walkFrames(payload!, {
      acknowledged: unexpected,
      crypto: (buf, start, length, offset) => {
        expect([length, offset]).toEqual([241, 0])
        hellos.push(parseClientHello(buf, start + 4, start + length))
      },
      stream: unexpected,
      resetStream: unexpected,
      newConnectionId: unexpected,
      connectionClose: unexpected,
    })
    expect(hellos.map(({ sni, alpn }) => [sni, alpn])).toEqual([['example.com', ['alpn']]])
  })

  it('A.3: the server’s Initial', () => {
    const keys = new InitialKeys(DESTINATION).of(VERSION_1, SERVER)
    const { number, payload, header: plain } = opened(keys, SERVER_INITIAL, header(SERVER_INITIAL).body)
    expect([number, plain]).toEqual([1, 'c1000000010008f067a5502a4262b50040750001'])
    expect(text(payload!)).toBe(text(hex(SERVER_FRAMES)))
    const hello = parseServerHello(payload!, 5 + 4 + 4, payload!.length)
    expect([hello.version, hello.cipherSuite]).toEqual([0x0304, 0x1301])
  })

  it('A.3 with one bit changed does not open', () => {
    const packet = Uint8Array.from(SERVER_INITIAL)
    packet[60]! ^= 1
    expect(opened(new InitialKeys(DESTINATION).of(VERSION_1, SERVER), packet, header(packet).body).payload).toBeNull()
  })

  it('A.4: Retry', () => {
    const packet = hex('ff000000010008f067a5502a4262b574 6f6b656e04a265ba2eff4d829058fb3f 0f2496ba')
    expect(header(packet).type).toBe('retry')
    expect(isRetryFor(DESTINATION, header(packet), packet, packet.length)).toBe(true)
    expect(isRetryFor(hex('8394c8f03e515709'), header(packet), packet, packet.length)).toBe(false)
  })

  it('A.5: a short header with ChaCha20-Poly1305', () => {
    const secret = hex('9ac312a7f877468ebe69422748ad00a15443f18203a07d6060f688f30f21632b')
    const keys = packetKeys(VERSION_1, CHACHA, secret)
    expect(parts(keys).slice(1)).toEqual([
      'c6d98ff3441c3fe1b2182094f69caa2ed4b716b65488960a7a984979fb23e1c8',
      'e0459b3474bdd0e44a41c144',
    ])
    expect(text(updatedKeys(VERSION_1, keys).secret)).toBe('1223504755036d556342ee9361d253421a826c9ecdf3c7148684b36b714881f9')
    const packet = hex('4cfe4189655e5cd55c41f69080575d7999c25a5bfb')
    const { number, payload, header: plain } = opened(keys, packet, 1, 654_360_563)
    expect([number, plain, text(payload!)]).toEqual([654_360_564, '4200bff4', '01'])
  })
})

describe('RFC 9369 appendix A', () => {
  it('A.1: keys of Initial packets', () => {
    const keys = new InitialKeys(DESTINATION)
    expect(parts(keys.of(VERSION_2, CLIENT))).toEqual([
      '14ec9d6eb9fd7af83bf5a668bc17a7e283766aade7ecd0891f70f9ff7f4bf47b',
      '8b1a0bc121284290a29e0971b5cd045d',
      '91f73e2351d8fa91660e909f',
    ])
    expect(parts(keys.of(VERSION_2, SERVER))).toEqual([
      '0263db1782731bf4588e7e4d93b7463907cb8cd8200b5da55a8bd488eafc37c1',
      '82db637861d55e1d011f19ea71d5d2a7',
      'dd13c276499c0249d3310652',
    ])
  })

  it('A.3: the server’s Initial, whose type has other bits', () => {
    expect(header(SERVER_INITIAL_2).type).toBe('initial')
    const { number, payload } = opened(
      new InitialKeys(DESTINATION).of(VERSION_2, SERVER),
      SERVER_INITIAL_2,
      header(SERVER_INITIAL_2).body,
    )
    expect([number, text(payload!)]).toEqual([1, text(hex(SERVER_FRAMES))])
  })

  it('A.4: Retry', () => {
    const packet = hex('cf6b3343cf0008f067a5502a4262b574 6f6b656ec8646ce8bfe33952d9555436 65dcc7b6')
    expect([header(packet).type, isRetryFor(DESTINATION, header(packet), packet, packet.length)]).toEqual(['retry', true])
  })
})

describe('the drafts', () => {
  it('29: its own salt, and its own key of the Retry tag', () => {
    const version = versionOf(0xff00001d)!
    expect(text(initialSecrets(version, DESTINATION).client)).toBe(
      '0088119288f1d866733ceeed15ff9d50902cf82952eee27e9d4d4918ea371d87',
    )
    const packet = hex('ffff00001d0008f067a5502a4262b574 6f6b656ed16926d81f6f9ca2953a8aa4 575e1e49')
    expect(isRetryFor(DESTINATION, header(packet), packet, packet.length)).toBe(true)
  })

  it('23: its salt, with the server’s Initial of appendix A.3 of draft-ietf-quic-tls-23', () => {
    const packet = hex(`
      c9ff0000170008f067a5502a4262b500 4074168bf22b7002596f99ae67abf65a 5852f54f58c37c808682e2e40492d8a3 899fb04fc0afe9aabc8767b18a0aa493
      537426373b48d502214dd856d63b78ce e37bc664b3fe86d487ac7a77c53038a3 cd32f0b5004d9f5754c4f7f2d1f35cf3 f7116351c92b9cf9bb6d091ddfc8b32d
      432348a2c413`)
    const {
      number,
      payload,
      header: plain,
    } = opened(new InitialKeys(DESTINATION).of(versionOf(0xff000017)!, SERVER), packet, header(packet).body)
    expect([number, plain]).toEqual([1, 'c1ff0000170008f067a5502a4262b50040740001'])
    expect(text(payload!.subarray(0, 12))).toBe('0d0000000018410a02000056')
  })

  it('unknown versions have no salt', () => {
    expect(versionOf(0x0a0a0a0a)).toBeUndefined()
    expect(versionOf(0)).toBeUndefined()
  })
})

it('packet numbers are completed to the one nearest to the next (RFC 9000 §A.3)', () => {
  expect(fullPacketNumber(0xa82f30ea, 0x9b32, 2 ** 16)).toBe(0xa82f9b32)
  expect(fullPacketNumber(-1, 0, 256)).toBe(0)
  expect(fullPacketNumber(255, 0, 256)).toBe(256)
})

function unexpected(): never {
  throw new Error('a frame that is not there')
}
