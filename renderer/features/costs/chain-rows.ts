/** Chains of client, proxy and origin as rows of text. */
import { chainTimeoutText, chainVerdict, joinedText, marginText, plain } from '../../../shared/format'
import type { Chain, ChainCheck } from '../../../shared/model/timers'
import type { Cell, Column, TableRow } from './table'

export const CHAIN_COLUMNS: readonly Column[] = [
  { title: 'From client to origin' },
  { title: 'Client' },
  { title: 'Proxy' },
  { title: 'Margin' },
  { title: 'Proxy, outward' },
  { title: 'Origin' },
  { title: 'Margin' },
]

const TONES: Partial<Record<ChainCheck['state'], 'danger' | 'avoidable'>> = { wrong: 'danger', tight: 'avoidable' }

function cellsOf(check: ChainCheck): readonly Cell[] {
  const tone = TONES[check.state]
  const margin = marginText(check)
  return [
    { text: chainTimeoutText(check.client), note: plain(check.from.address) },
    { text: chainTimeoutText(check.server), note: plain(check.to.address) },
    {
      text: margin ?? '–',
      note: chainVerdict(check),
      testid: `chain-${check.leg}`,
      ...(check.marginSeconds === null ? {} : { raw: check.marginSeconds }),
      ...(tone === undefined ? {} : { tone }),
    },
  ]
}

export const chainRow = (chain: Chain): TableRow => {
  const from = chain.checks[0]?.from
  return {
    key: [chain.legs.front, chain.legs.back, from?.address, from?.product, chain.proxyOutward].join(' '),
    cells: [
      {
        text: `${plain(from?.address ?? '')} → ${plain(chain.server)}`,
        note: `${joinedText(chain)}, through ${plain(chain.proxy)}`,
      },
      ...chain.checks.flatMap(cellsOf),
    ],
  }
}
