/** What a remedy's values rest on. */
import type { Values } from './values'

type Basis = keyof Values['because']

/** What each value follows from, and how it is called where there are several. */
const BASES: readonly (readonly [value: keyof Values, basis: Basis, name: string])[] = [
  ['poolSize', 'pool', 'Pool'],
  ['idleTimeout', 'idle', 'Time-out'],
  ['clientIdle', 'clientIdle', 'Time-out'],
  ['requestLimit', 'requests', 'Requests'],
]

/** What a remedy used: values of the traffic, and floors that count because the traffic needs no more. */
export interface Used {
  readonly values: ReadonlySet<keyof Values>
  readonly floors: ReadonlyMap<keyof Values, number>
}

/** Values that say which of them a remedy used. */
export function watched(values: Values): { readonly values: Values; readonly used: Used } {
  const read = new Set<keyof Values>()
  const floors = new Map<keyof Values, number>()
  const atLeast: Values['atLeast'] = (name, floor) => {
    if (values[name] > floor) read.add(name)
    else floors.set(name, floor)
    return values.atLeast(name, floor)
  }
  const handler: ProxyHandler<Values> = {
    get(target, name) {
      if (name === 'atLeast') return atLeast
      if (name in target) read.add(name as keyof Values)
      return Reflect.get(target, name) as unknown
    },
  }
  return { values: new Proxy(values, handler), used: { values: read, floors } }
}

const ownDefault = (value: keyof Values, floor: number): string =>
  `${floor.toLocaleString('en')}${value === 'idleTimeout' || value === 'clientIdle' ? ' s' : ''} is its own default, and no less than this traffic asks for.`

/** How the values that a snippet uses came about; null where it uses none. */
export function becauseOf({ because }: Values, { values, floors }: Used): string | null {
  const reasons = BASES.flatMap(([value, basis, name]): (readonly [string, string])[] => {
    if (values.has(value)) return [[name, because[basis]]]
    const floor = floors.get(value)
    return floor === undefined ? [] : [[name, ownDefault(value, floor)]]
  })
  const said = new Set(reasons.map(([, reason]) => reason))
  if (said.size <= 1) return [...said][0] ?? null
  return reasons.map(([name, reason]) => `${name}: ${reason}`).join(' ')
}
