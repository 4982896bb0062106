/** Remedies of one finding as tabs and as a list to choose from. */
import type { Remedy } from '../../../shared/model/audit'

export interface RemedyTab {
  readonly label: string
  readonly remedy: Remedy
}

/** Products that have several remedies are told apart by their titles. */
export function tabsOf(remedies: readonly Remedy[]): readonly RemedyTab[] {
  const times = new Map<string, number>()
  for (const { product } of remedies) times.set(product, (times.get(product) ?? 0) + 1)
  return remedies.map((remedy) => ({
    label: (times.get(remedy.product) ?? 0) > 1 ? `${remedy.product}: ${remedy.title}` : remedy.product,
    remedy,
  }))
}

const KINDS = [
  ['server', 'Servers'],
  ['proxy', 'Proxies'],
  ['cdn', 'CDNs and load balancers'],
  ['client', 'Clients'],
] as const

export interface Choice {
  /** A heading, which cannot be chosen; absent for a product. */
  readonly type?: 'label'
  readonly label: string
  /** The remedy's id. */
  readonly value: string
}

/** The other products, in groups by what they are, by name within each. */
export function choicesOf(others: readonly Remedy[]): Choice[][] {
  const tabs = tabsOf(others)
  return KINDS.map(([kind, heading]): Choice[] => {
    const found = tabs.filter(({ remedy }) => remedy.kind === kind)
    if (found.length === 0) return []
    const items = found
      .map(({ label, remedy }) => ({ label, value: remedy.id }))
      .sort((a, b) => a.label.localeCompare(b.label, 'en'))
    return [{ type: 'label', label: heading, value: '' }, ...items]
  }).filter((group) => group.length > 0)
}
