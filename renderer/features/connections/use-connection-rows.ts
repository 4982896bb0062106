/** The rows of the present filters and sort order, fetched as they come into view. */
import { onBeforeUnmount, ref, shallowRef, watch, type Ref } from 'vue'
import type { AuditId, ConnectionQuery, Page } from '../../../shared/contract/engine-api'
import type { ConnectionRow } from '../../../shared/model/audit'
import { useContext } from '../../app/context'
import { failureOf, type Failure } from '../../app/failure'
import { isCancelled } from '../../backend/engine-client'
import { PageCache } from '../../backend/page-cache'

type Query = Omit<ConnectionQuery, keyof Page>

export interface ConnectionRows {
  /** Counts up with every change: what reads rows depends on it. */
  readonly version: Readonly<Ref<number>>
  readonly total: Readonly<Ref<number>>
  readonly loading: Readonly<Ref<boolean>>
  readonly failure: Readonly<Ref<Failure | null>>
  row(index: number): ConnectionRow | undefined
  show(first: number, last: number): void
}

const TYPING_PAUSE = 120

export function useConnectionRows(audit: AuditId): ConnectionRows {
  const { engine, navigation } = useContext()
  const version = ref(0)
  const total = ref(0)
  const loading = ref(true)
  const failure = shallowRef<Failure | null>(null)

  const cache = new PageCache<Query, ConnectionRow>({
    fetch: (query, page, signal) => engine.call('connections', { audit, ...query, ...page }, { signal }),
    onChange: () => {
      version.value++
      total.value = cache.total
      loading.value = cache.loading
    },
    onError: (error) => {
      if (!isCancelled(error)) failure.value = failureOf(error)
    },
  })

  const query = (): Query => {
    const { verdict, cause, origin, text } = navigation.filters
    return {
      sort: navigation.sort,
      descending: navigation.descending,
      ...(verdict === null ? {} : { verdict }),
      ...(cause === null ? {} : { cause }),
      ...(origin === null ? {} : { origin }),
      ...(text.trim() === '' ? {} : { text: text.trim() }),
    }
  }
  const ask = (): void => {
    failure.value = null
    cache.ask(query())
  }

  let timer: ReturnType<typeof setTimeout> | undefined
  watch([() => navigation.filters, () => navigation.sort, () => navigation.descending], ([filters], [before]) => {
    clearTimeout(timer)
    if (filters.text !== before.text) timer = setTimeout(ask, TYPING_PAUSE)
    else ask()
  })
  onBeforeUnmount(() => {
    clearTimeout(timer)
    cache.close()
  })
  ask()

  return { version, total, loading, failure, row: (index) => cache.row(index), show: (first, last) => cache.show(first, last) }
}
