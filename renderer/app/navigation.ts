/** Which page is shown, and what the connections page is narrowed to: other pages link into it. */
import { reactive } from 'vue'
import type { ConnectionSort } from '../../shared/contract/engine-api'
import type { Cause, NeededCause, Verdict } from '../../shared/model/audit'

export const PAGES = ['overview', 'connections', 'findings', 'costs', 'what-if'] as const
export type PageName = (typeof PAGES)[number]

export interface ConnectionFilters {
  readonly verdict: Verdict | null
  readonly cause: Cause | NeededCause | null
  readonly origin: string | null
  readonly text: string
}

export const NO_FILTERS: ConnectionFilters = { verdict: null, cause: null, origin: null, text: '' }

export interface Navigation {
  page: PageName
  filters: ConnectionFilters
  sort: ConnectionSort
  descending: boolean
  /** The connection whose panel is open. */
  selected: number | null
  /** Counted up to ask the page for its text filter. */
  findRequests: number
  /** To the connections page, narrowed to just this. */
  showConnections(filters: Partial<ConnectionFilters>): void
  /** To one connection's panel; the filters stay. */
  showConnection(id: number): void
  find(): void
  /** Back to the state of a fresh audit. */
  reset(): void
}

export function createNavigation(): Navigation {
  const navigation: Navigation = reactive({
    page: 'overview',
    filters: NO_FILTERS,
    sort: 'openedAt',
    descending: false,
    selected: null,
    findRequests: 0,
    showConnections(filters: Partial<ConnectionFilters>) {
      navigation.filters = { ...NO_FILTERS, ...filters }
      navigation.selected = null
      navigation.page = 'connections'
    },
    showConnection(id: number) {
      navigation.selected = id
      navigation.page = 'connections'
    },
    find() {
      navigation.page = 'connections'
      navigation.findRequests++
    },
    reset() {
      navigation.page = 'overview'
      navigation.filters = NO_FILTERS
      navigation.sort = 'openedAt'
      navigation.descending = false
      navigation.selected = null
    },
  })
  return navigation
}
