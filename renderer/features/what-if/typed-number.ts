/** What was typed into a field for a whole number, or for none. */
import { formatCount } from '../../../shared/format'

export type Typed = { readonly ok: true; readonly value: number | null } | { readonly ok: false; readonly message: string }

/** @param from,to the least and the most that is taken */
export function typedNumber(typed: string, from: number, to: number): Typed {
  const text = typed.trim()
  if (text === '') return { ok: true, value: null }
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= from && value <= to) return { ok: true, value }
  return { ok: false, message: `Not applied: a whole number from ${formatCount(from)} to ${formatCount(to)}, please.` }
}
