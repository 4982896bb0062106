/** The estimate of an HTTP/3 connection's requests without keys, beside what the keys that come with the captures show. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import type { Collected } from '../testing/collect'
import { readBytes } from '../testing/read'
import { withoutSecrets } from './blind'
import { corpusFolder, tell } from './corpus'

const recorded = fileURLToPath(new URL('../quic/recorded/', import.meta.url))
const CAPTURES = [
  join(corpusFolder('tls'), 'ja4-chrome-cloudflare-quic-with-secrets.pcapng'),
  join(corpusFolder('quic'), 'ndpi-quic-v2.pcapng'),
  join(recorded, 'quiche-retry.pcap'),
]

const ofQuic = ({ connections }: Collected): Collected['connections'][number][] =>
  connections.filter(({ connection }) => connection.transport === 'quic')

it('is near what the keys show', async () => {
  tell('| capture | client port | requests | estimated |\n| --- | ---: | ---: | ---: |')
  let [requests, wrong] = [0, 0]
  for (const path of CAPTURES.filter(existsSync)) {
    const file = new Uint8Array(readFileSync(path))
    const log = path.replace(/\.pcap$/, '.keylog')
    const keyed = ofQuic(await readBytes(file, log === path ? {} : { keylog: new Uint8Array(readFileSync(log)) }))
    const blind = ofQuic(await readBytes(withoutSecrets(file)))
    expect(blind).toHaveLength(keyed.length)
    keyed.forEach(({ connection, exchanges }, i) => {
      const estimated = blind[i]!.connection.tls?.estimatedTurns ?? 0
      tell(`| ${path.split('/').at(-1)!} | ${connection.client.port} | ${exchanges.length} | ${estimated} |`)
      requests += exchanges.length
      wrong += Math.abs(exchanges.length - estimated)
    })
  }
  expect(requests).toBeGreaterThanOrEqual(6)
  expect(wrong / requests).toBeLessThanOrEqual(0.1)
})
