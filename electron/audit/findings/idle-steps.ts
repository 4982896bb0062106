/**
 * Who has to change its idle time-out for the connections of a finding, and which replay may count for it. What one side or program alone avoids is
 * not what all of them would together.
 */
import type { OriginWhatIf, Recommendation } from '../../../shared/model/simulation'
import { canKeepLonger } from '../remedies/index'
import type { Known } from '../remedies/values'
import { staysBelow, valuesOf } from '../remedies/values'
import type { CaseGroup } from './groups'
import { mergeBy } from './groups'
import type { Patience } from './patience'
import { isTooShort, patienceOf } from './patience'
import type { FindingInput } from './rule'
import { ofCause, programOf } from './rule'

/** What is known to the remedies of a finding, and the replay that its text may tell of. */
export interface IdleSteps {
  readonly whatIf: OriginWhatIf | null
  readonly replay: Recommendation | null
  readonly known: Known
}

export interface ServerSteps extends IdleSteps {
  /** Of the clients that would have to keep connections longer, too; null where the server alone can bridge the pauses. */
  readonly patience: Patience | null
}

export interface ClientSteps extends IdleSteps {
  /** The time-out that the server announces, and that the client keeps to: it is the server's to change. */
  readonly heeds: number | null
  /** The server's time-out, where it leaves too little for the pauses, and both must change. */
  readonly tooShort: number | null
}

/** Groups of the finding on a server's short time-out. */
export const closedByServer = oncePerInput((input) => mergeBy(ofCause(input, 'server-idle-timeout'), ({ origin }) => origin))

/** Groups of the findings on clients' short time-outs: a program and an origin each. */
export const closedByClient = oncePerInput((input) =>
  mergeBy(ofCause(input, 'client-idle-timeout'), (g) => `${programOf(g)} ${g.origin}`),
)

/** Programs that close idle connections by themselves, by origin. */
const closingPrograms = oncePerInput((input) => {
  const programs = new Map<string, number>()
  for (const { origin } of closedByClient(input)) programs.set(origin, (programs.get(origin) ?? 0) + 1)
  return programs
})

/** There may be many groups, and each finding asks for what all of them say. */
function oncePerInput<T>(make: (input: FindingInput) => T): (input: FindingInput) => T {
  const made = new WeakMap<FindingInput, { readonly value: T }>()
  return (input) => {
    const have = made.get(input) ?? { value: make(input) }
    made.set(input, have)
    return have.value
  }
}

export function serverSteps(g: CaseGroup, input: FindingInput): ServerSteps {
  const asked = replayFor(input, g.origin, 'server')
  const patience = patienceOf(g, input)
  if (isTooShort(patience, g, asked?.recommendation ?? null)) return serverOf(asked, patience, {})
  const alone = ofOneSide(asked)
  return isTooShort(patience, g, alone?.recommendation ?? null)
    ? serverOf(asked, patience, {})
    : serverOf(alone, null, observedProxy(g, patience))
}

const serverOf = (whatIf: OriginWhatIf | null, patience: Patience | null, known: Known): ServerSteps => {
  const replay = whatIf?.recommendation ?? null
  return { whatIf, replay, patience, known: { ...known, replay } }
}

export function clientSteps(g: CaseGroup, input: FindingInput): ClientSteps {
  const asked = replayFor(input, g.origin, 'client')
  const told = g.advertisedTimeout
  // A client that keeps to what the server announces follows it: both change with the server's.
  if (told !== null && told <= (g.timeoutSeconds ?? g.closeGapSeconds ?? 0) * 1.1 + 0.5) return clientOf(asked, told, null, {})
  const serverTimeout = serverTimeoutAt(g, input)
  const bridges = (replay: OriginWhatIf | null): boolean =>
    serverTimeout === null || staysBelow(serverTimeout) >= needed(g, replay)
  const alone = ofOneSide(asked)
  return bridges(asked) && bridges(alone)
    ? clientOf(alone, null, null, { serverTimeout })
    : clientOf(asked, null, serverTimeout, { serverTimeout })
}

const clientOf = (whatIf: OriginWhatIf | null, heeds: number | null, tooShort: number | null, known: Known): ClientSteps => {
  const replay = whatIf?.recommendation ?? null
  return { whatIf, replay, heeds, tooShort, known: { ...known, replay } }
}

/** Two steps, the client's being the first. */
const inTwoSteps = (g: CaseGroup, name: string): Known => ({ bothFor: name, firstStep: canKeepLonger(g) })

/** For a sentence: who sends a group's requests. */
export const senderOf = (g: CaseGroup): string => (g.fromProxy ? 'the proxy' : 'the client')

/** The longest time-out that a finding of the origin asks of its server: a server has one for all of them. Null where none asks for any. */
export const serverAtLeast = (input: FindingInput, origin: string): number | null => askedOfServers(input).get(origin) ?? null

const askedOfServers = oncePerInput((input) => {
  const asked = new Map<string, number>()
  const ask = (g: CaseGroup, known: Known, both: string | null): void => {
    const { idleTimeout } = valuesOf(g, null, both === null ? known : { ...known, ...inTwoSteps(g, both) })
    asked.set(g.origin, Math.max(idleTimeout, asked.get(g.origin) ?? 0))
  }
  for (const g of closedByServer(input)) {
    const { known, patience } = serverSteps(g, input)
    ask(g, known, patience?.name ?? null)
  }
  for (const g of closedByClient(input)) {
    const { known, heeds, tooShort } = clientSteps(g, input)
    if (heeds !== null || tooShort !== null) ask(g, known, tooShort === null ? null : senderOf(g))
  }
  return asked
})

/**
 * The replay of an origin's requests, where it reproduced the capture and recommends a time-out of that side, or of both. It changes that of
 * all clients alike: where several programs close by themselves, what it avoids is not what one of them would.
 */
function replayFor(input: FindingInput, origin: string, side: 'server' | 'client'): OriginWhatIf | null {
  const found = input.whatIf?.find((w) => w.origin === origin && (w.timeoutOf === side || w.timeoutOf === 'both')) ?? null
  if (found === null || found.timeoutOf === 'server') return found
  return (closingPrograms(input).get(origin) ?? 0) > 1 ? null : found
}

/** What both sides avoid together says nothing of one. */
const ofOneSide = (whatIf: OriginWhatIf | null): OriginWhatIf | null => (whatIf?.timeoutOf === 'both' ? null : whatIf)

/** The replay of a longer time-out of the server alone; null where there is none. */
export const replayOfServer = (input: FindingInput, origin: string): Recommendation | null =>
  ofOneSide(replayFor(input, origin, 'server'))?.recommendation ?? null

/** A proxy's observed time-out counts before its product's default: the server must keep connections longer. */
const observedProxy = (g: CaseGroup, patience: Patience | null): Known =>
  g.fromProxy && patience?.knownBy === 'observed' ? { clientTimeout: patience.seconds } : {}

/** How long the server is known to keep idle connections, in seconds. */
function serverTimeoutAt(g: CaseGroup, { timers = [] }: FindingInput): number | null {
  const observed = timers.find(
    (t) => t.side === 'server' && t.kind === 'idle-timeout' && t.bound === 'exact' && t.who.origin === g.origin,
  )
  return observed?.value ?? g.advertisedTimeout
}

/** Seconds that bridge the pauses, without anything in hand. */
const needed = (g: CaseGroup, whatIf: OriginWhatIf | null): number =>
  whatIf?.recommendation.timeoutSeconds ?? g.demandGap?.p95 ?? 0
