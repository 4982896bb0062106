/** The figures that docs/case-studies.md quotes are those of the audit, on the same captures (the shared conformance corpus). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { recordedIn } from './testing/confusion'
import { auditOf, captures, noLab } from './testing/lab'

const FILES: Readonly<Record<string, string>> = {
  '1': 'http1/ndpi-WebattackSQLinj.pcap',
  '2': 'http1/suricata-http-range-multiflows.pcap',
  '3': 'http1/zeek-methods.pcap',
  '4': 'http1/ndpi-webdav.pcap',
  '5': 'http1/zeek-bro.org.pcap',
  '6': 'tcp/suricata-filestore-5408.pcap',
  '7': 'http1/pcap2har-sajal.pcap',
  '8': 'http1/zeek-1000-requests-one-dropped-response.pcap.gz',
  '9': 'tls/ja4-chrome-cloudflare-quic-with-secrets.pcapng',
  '10': 'tcp/pcapplusplus-650HttpResponses.pcap',
}

const HEAD = [
  'case',
  'connections',
  'requests',
  'reused',
  'needed',
  'avoidable',
  'not judged',
  'causes',
  'packets that show them',
]

/** Packets that a cell names; more would not be read by anybody. */
const NAMED = 9

async function row(number: string, file: string): Promise<readonly string[]> {
  const { summary, verdicts } = await auditOf(join('../../corpus', file))
  const { totals } = summary
  const packets = verdicts.flatMap(({ verdict, evidence }) => (verdict === 'avoidable' ? (evidence?.packets ?? []) : []))
  return [
    number,
    totals.connections,
    totals.exchanges,
    totals.reuseRatio === null ? '–' : `${(totals.reuseRatio * 100).toFixed(1)} %`,
    totals.needed,
    totals.avoidable,
    totals.notJudged,
    Object.entries(summary.causes)
      .map(([cause, count]) => `${cause} ${count}`)
      .join(', '),
    packets.slice(0, NAMED).join(', ') + (packets.length > NAMED ? ' …' : ''),
  ].map(String)
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = HEAD.map((cell, i) => Math.max(4, cell.length, ...rows.map((cells) => cells[i]!.length)))
  const isRight = (i: number): boolean => i < 7
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => (isRight(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join(' | ')} |`
  const rule = widths.map((width, i) => (isRight(i) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)))
  return [line(HEAD), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n')
}

describe.skipIf(noLab)('the case studies', () => {
  it('quote what the audit says', async () => {
    const rows: (readonly string[])[] = []
    for (const [number, file] of Object.entries(FILES)) rows.push(await row(number, file))
    const said = table(rows)
    expect(recordedIn('case-studies.md', 'figures', said), 'check each case again, then record with ROUNDTRIP_RECORD=1').toBe(
      said,
    )
  })

  it('name each capture by its public origin', () => {
    const { files } = JSON.parse(readFileSync(join(captures, '../../corpus/manifest.json'), 'utf8')) as {
      readonly files: readonly { readonly file: string; readonly repo: string; readonly path: string }[]
    }
    const document = readFileSync(join(__dirname, '../../docs/case-studies.md'), 'utf8')
    for (const file of Object.values(FILES)) {
      const { repo, path } = files.find((known) => known.file === file)!
      expect(document).toContain(`${repo}, \`${path}\``)
    }
  })
})
