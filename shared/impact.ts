/** What a finding's impact counts, in words. */
import { plural } from './format'
import type { Impact, ImpactKind } from './model/audit'

const WORDS: Readonly<Record<ImpactKind, readonly [one: string, many: string]>> = {
  avoidable: ['handshake', 'handshakes'],
  shorter: ['handshake to shorten', 'handshakes to shorten'],
  failed: ['failed attempt', 'failed attempts'],
  unused: ['unused connection', 'unused connections'],
  authenticated: ['connection authenticated anew', 'connections authenticated anew'],
  fewer: ['connection fewer', 'connections fewer'],
}

/** "handshakes", "failed attempts" … to stand by the number. */
export const impactNoun = ({ kind = 'avoidable', handshakes }: Impact): string => WORDS[kind][handshakes === 1 ? 0 : 1]

/** "12 handshakes", "1 failed attempt". */
export const impactCount = (impact: Impact): string => plural(impact.handshakes, ...WORDS[impact.kind ?? 'avoidable'])

/** "25 round trips", "≈ 36 round trips" where they were assumed. */
export const impactTrips = ({ roundTrips, assumed }: Impact): string =>
  `${assumed ? '≈ ' : ''}${plural(roundTrips, 'round trip')}`

/** It counts avoidable connections: a part of the waste. */
export const isAvoidable = ({ kind = 'avoidable' }: Impact): boolean => kind === 'avoidable'
