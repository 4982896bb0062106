/** Chains of client, proxy and origin as rows of text. */
import { chainTimeoutText, chainVerdict, joinedText, marginText, plain, plural } from '../../../shared/format'
import type { Chain, ChainCheck, ChainTimeout } from '../../../shared/model/timers'
import type { Cell, Column, TableRow } from './table'

export const CHAIN_COLUMNS: readonly Column[] = [
  { title: 'Client' },
  { title: 'Keeps idle', whole: true },
  { title: 'Proxy keeps' },
  { title: 'Margin', whole: true },
  { title: 'Proxy outward', whole: true },
  { title: 'Origin keeps' },
  { title: 'Margin', whole: true },
]

const TONES: Partial<Record<ChainCheck['state'], 'danger' | 'avoidable'>> = { wrong: 'danger', tight: 'avoidable' }
const KNOWN_BY: Readonly<Record<ChainTimeout['knownBy'], string | null>> = {
  observed: null,
  advertised: 'advertised',
  elsewhere: 'seen elsewhere',
}

function timeoutCell(timeout: ChainTimeout | null, ...notes: readonly (string | null)[]): Cell {
  const note = [timeout === null ? null : KNOWN_BY[timeout.knownBy], ...notes].filter((part) => part !== null).join(' · ')
  // How it is known stands below: the column stays narrow.
  const text = chainTimeoutText(timeout === null ? null : { ...timeout, knownBy: 'observed' })
  return note === '' ? { text } : { text, note }
}

function cellsOf(check: ChainCheck): readonly Cell[] {
  const tone = TONES[check.state]
  return [
    timeoutCell(check.client),
    timeoutCell(check.server, plain(check.to.address)),
    {
      text: marginText(check) ?? '–',
      note: check.state === 'wrong' ? 'wrong order' : chainVerdict(check),
      testid: `chain-${check.leg}`,
      ...(check.marginSeconds === null ? {} : { raw: check.marginSeconds }),
      ...(tone === undefined ? {} : { tone }),
    },
  ]
}

export const chainRow = (chain: Chain): TableRow => {
  const from = chain.checks[0]?.from
  const program = from?.product ?? null
  return {
    key: [chain.legs.front, chain.legs.back, from?.address, program, chain.proxyOutward].join(' '),
    cells: [
      {
        text: plain(from?.address ?? ''),
        note: [
          program === null ? null : plain(program, 40),
          chain.requests === null ? joinedText(chain) : plural(chain.requests, 'request'),
        ]
          .filter((part) => part !== null)
          .join(' · '),
      },
      ...chain.checks.flatMap(cellsOf),
    ],
  }
}
