/** VLAN and tunnel identifiers tell connections with the same addresses apart. A path is a chain of them, numbered. */
export const PathKind = {
  vlan: 1,
  mpls: 2,
  gre: 3,
  vxlan: 4,
  geneve: 5,
  gtp: 6,
  pppoe: 7,
  ip: 8,
  teredo: 9,
  erspan: 10,
  backbone: 11,
  l2tp: 12,
} as const
export type PathKind = (typeof PathKind)[keyof typeof PathKind]
const NAMES = ['', 'vlan', 'mpls', 'gre', 'vxlan', 'geneve', 'gtp', 'pppoe', 'ip', 'teredo', 'erspan', 'i-sid', 'l2tp'] as const

/** A hostile capture could name a new tunnel in every packet; beyond this all further ones share one number. */
const MOST_PATHS = 65_536

export class PathTable {
  private readonly labels: string[] = ['']
  private readonly steps = new Map<number, number>()

  /** The number of `parent` followed by one more identifier (32 bits). No path has the number 0. */
  step(parent: number, kind: PathKind, id: number): number {
    const key = (parent * 16 + kind) * 2 ** 32 + id
    const known = this.steps.get(key)
    if (known !== undefined) return known
    if (this.labels.length >= MOST_PATHS) return MOST_PATHS - 1
    const before = this.labels[parent] ?? ''
    const label = `${NAMES[kind] as string} ${id}`
    this.labels.push(before === '' ? label : `${before} / ${label}`)
    const number = this.labels.length - 1
    this.steps.set(key, number)
    return number
  }

  /** "vlan 12 / vxlan 7"; "" for none. */
  label(path: number): string {
    return this.labels[path] ?? ''
  }
}
