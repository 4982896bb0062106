/**
 * Branded numbers, so that a duration is never added to a byte count by accident.
 * A brand costs nothing at run time: each is an ordinary number.
 */
declare const unit: unique symbol
type Branded<Name extends string> = number & { readonly [unit]: Name }

/** Nanoseconds. An instant is counted from its audit's time base (see {@link TimeBase}); a duration is a plain difference. */
export type Nanos = Branded<'ns'>
/** Octets. */
export type Bytes = Branded<'bytes'>
/** Network round trips: whole numbers when counted from packets, fractions only in averages. */
export type RoundTrips = Branded<'round trips'>

/**
 * Whole seconds since 1970-01-01T00:00:00Z from which an audit's instants are counted. Nanoseconds since 1970
 * do not fit a double (2^53 ns is 104 days); counted from the first packet they do.
 */
export type TimeBase = Branded<'epoch seconds'>

export const nanos = (value: number): Nanos => value as Nanos
export const bytes = (value: number): Bytes => value as Bytes
export const roundTrips = (value: number): RoundTrips => value as RoundTrips
export const timeBase = (value: number): TimeBase => value as TimeBase

export const NANOS_PER_SECOND = 1e9
export const NANOS_PER_MILLISECOND = 1e6

/** A duration in seconds, as the command line's JSON has it. */
export const toSeconds = (duration: Nanos): number => duration / NANOS_PER_SECOND
/** A duration in milliseconds. */
export const toMilliseconds = (duration: Nanos): number => duration / NANOS_PER_MILLISECOND
export const fromSeconds = (seconds: number): Nanos => nanos(Math.round(seconds * NANOS_PER_SECOND))

/** An instant as a decimal string of epoch seconds with nine digits ("1795325139.207000000"): the contract's form of a time. */
export function epochText(base: TimeBase, at: Nanos): string {
  const whole = Math.floor(at / NANOS_PER_SECOND)
  const fraction = Math.round(at - whole * NANOS_PER_SECOND)
  return `${base + whole}.${String(fraction).padStart(9, '0')}`
}
