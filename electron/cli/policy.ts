/** The options of `roundtrip what-if` that are settings. */
import type { AsCaptured, Policy } from '../../shared/model/simulation'
import { AS_CAPTURED, POLICY_BOUNDS } from '../../shared/model/simulation'
import { Problem } from './problem'

export interface PolicyOptions {
  readonly 'idle-timeout'?: string | undefined
  readonly 'timeout-of'?: string | undefined
  readonly 'max-requests'?: string | undefined
  readonly 'pool-size'?: string | undefined
  readonly protocol?: string | undefined
  readonly resumption?: string | undefined
}

/** @throws Problem with the one sentence to show */
export function policyOf(options: PolicyOptions): Policy {
  return {
    idleTimeoutSeconds: numberOr(options, 'idle-timeout', 'idleTimeoutSeconds', AS_CAPTURED.idleTimeoutSeconds),
    timeoutOf: wordOr(options, 'timeout-of', ['server', 'client', 'both'], AS_CAPTURED.timeoutOf),
    requestLimit: numberOr(options, 'max-requests', 'requestLimit', AS_CAPTURED.requestLimit),
    poolSize: numberOr(options, 'pool-size', 'poolSize', null),
    protocol: wordOr(options, 'protocol', ['http/1.1', 'h2'], AS_CAPTURED.protocol),
    tlsResumption: wordOr(options, 'resumption', ['on', 'off'], AS_CAPTURED.tlsResumption),
  }
}

function numberOr<D extends AsCaptured | number | null>(
  options: PolicyOptions,
  name: 'idle-timeout' | 'max-requests' | 'pool-size',
  setting: keyof typeof POLICY_BOUNDS,
  otherwise: D,
): number | null | D {
  const said = options[name]
  if (said === undefined) return otherwise
  if (said === 'unlimited') return null
  const { from, to } = POLICY_BOUNDS[setting]
  const value = said.trim() === '' ? NaN : Number(said)
  const whole = name !== 'idle-timeout'
  if (!(value >= from && value <= to) || (whole && !Number.isInteger(value)))
    throw new Problem(`--${name} is ${whole ? 'a whole number' : 'a number of seconds'} from ${from} to ${to}, or unlimited.`)
  return value
}

function wordOr<W extends string, D extends string>(
  options: PolicyOptions,
  name: 'timeout-of' | 'protocol' | 'resumption',
  words: readonly W[],
  otherwise: D,
): W | D {
  const said = options[name]
  if (said === undefined) return otherwise
  const word = words.find((one) => one === said)
  if (word === undefined) throw new Problem(`--${name} is one of ${words.join(', ')}.`)
  return word
}
