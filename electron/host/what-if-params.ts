/** The guard for {@link EngineApi.whatIf}. */
import type { AuditId, WhatIfQuery } from '../../shared/contract/engine-api'
import type { AsCaptured, Policy, TimeoutOf } from '../../shared/model/simulation'
import { POLICY_BOUNDS } from '../../shared/model/simulation'
import { badRequest } from './errors'
import { auditId, fields, isKeyOf, MAX_PATH_LENGTH, text, type Fields } from './params'

const SIDES: Readonly<Record<TimeoutOf, true>> = { server: true, client: true, both: true }
const PROTOCOLS: Readonly<Record<Policy['protocol'], true>> = { 'as-captured': true, 'http/1.1': true, h2: true }
const RESUMPTIONS: Readonly<Record<Policy['tlsResumption'], true>> = { 'as-captured': true, on: true, off: true }

export function readWhatIf(params: unknown): WhatIfQuery & { readonly audit: AuditId } {
  const of = fields(params)
  const policy = fields(of.policy)
  return {
    audit: auditId(of),
    origin: of.origin === null ? null : text(of, 'origin', MAX_PATH_LENGTH),
    policy: {
      idleTimeoutSeconds: changed(policy, 'idleTimeoutSeconds', false),
      timeoutOf: word(policy, 'timeoutOf', SIDES),
      requestLimit: changed(policy, 'requestLimit', true),
      poolSize: limit(policy, 'poolSize', true),
      protocol: word(policy, 'protocol', PROTOCOLS),
      tlsResumption: word(policy, 'tlsResumption', RESUMPTIONS),
    },
  }
}

type Bounded = keyof typeof POLICY_BOUNDS

const changed = (of: Fields, name: Bounded, whole: boolean): number | null | AsCaptured =>
  of[name] === 'as-captured' ? 'as-captured' : limit(of, name, whole)

/** A number within its bounds, or null for none. */
function limit(of: Fields, name: Bounded, whole: boolean): number | null {
  const value = of[name]
  if (value === null) return null
  const { from, to } = POLICY_BOUNDS[name]
  if (typeof value !== 'number' || !(value >= from && value <= to) || (whole && !Number.isSafeInteger(value)))
    throw badRequest(`"${name}" must be a ${whole ? 'whole ' : ''}number from ${from} to ${to}.`)
  return value
}

function word<K extends string>(of: Fields, name: string, table: Readonly<Record<K, true>>): K {
  const value = of[name]
  if (!isKeyOf(table, value)) throw badRequest(`"${name}" must be one of ${Object.keys(table).join(', ')}.`)
  return value
}
