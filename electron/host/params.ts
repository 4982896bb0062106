/** Guards for what a window sends: by hand, one for each shape, each throwing `bad-request` with what is wrong. */
import type {
  AuditId,
  ConnectionQuery,
  ConnectionSort,
  EngineMethod,
  OpenOptions,
  Page,
  ToEngine,
} from '../../shared/contract/engine-api'
import { CAUSES, type Cause, type NeededCause, type Verdict } from '../../shared/model/audit'
import { badRequest } from './errors'

export type Fields = Readonly<Record<string, unknown>>

export const MAX_PATHS = 1000
export const MAX_PATH_LENGTH = 4096
export const MAX_PAGE = 500
const MAX_TEXT = 512
const MAX_AUDIT_ID = 64

const METHODS: Readonly<Record<EngineMethod, true>> = {
  open: true,
  summary: true,
  connections: true,
  connection: true,
  exchanges: true,
  whatIf: true,
  close: true,
}
const SORTS: Readonly<Record<ConnectionSort, true>> = {
  openedAt: true,
  duration: true,
  exchanges: true,
  bytes: true,
  setup: true,
  rtt: true,
  origin: true,
  verdict: true,
  id: true,
}
const VERDICTS: Readonly<Record<Verdict, true>> = { needed: true, avoidable: true, 'not-judged': true }
const NEEDED: Readonly<Record<NeededCause, true>> = { first: true, concurrency: true }
const ALL_CAUSES: ReadonlySet<string> = new Set<string>([...CAUSES, ...Object.keys(NEEDED)])

export const isKeyOf = <K extends string>(table: Readonly<Record<K, true>>, value: unknown): value is K =>
  typeof value === 'string' && Object.prototype.hasOwnProperty.call(table, value)
const isCause = (value: unknown): value is Cause | NeededCause => typeof value === 'string' && ALL_CAUSES.has(value)
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

export function fields(params: unknown): Fields {
  if (!isFields(params)) throw badRequest('The parameters must be an object.')
  return params
}

function count(of: Fields, name: string, max = Number.MAX_SAFE_INTEGER): number {
  const value = of[name]
  if (!isCount(value) || value > max) throw badRequest(`"${name}" must be a whole number from 0 to ${max}.`)
  return value
}

export function text(of: Fields, name: string, max: number): string {
  const value = of[name]
  if (typeof value !== 'string' || value.length > max) throw badRequest(`"${name}" must be a text of at most ${max} characters.`)
  return value
}

export const auditId = (of: Fields): AuditId => text(of, 'audit', MAX_AUDIT_ID)

function page(of: Fields): Page {
  return { offset: count(of, 'offset'), limit: count(of, 'limit', MAX_PAGE) }
}

function path(value: unknown, wrong: string): string {
  if (typeof value !== 'string' || value === '' || value.length > MAX_PATH_LENGTH || value.includes('\0')) throw badRequest(wrong)
  return value
}

export function readOpen(params: unknown): OpenOptions {
  const { paths, keylog } = fields(params)
  if (!Array.isArray(paths) || paths.length === 0 || paths.length > MAX_PATHS)
    throw badRequest(`"paths" must name 1 to ${MAX_PATHS} files.`)
  return {
    paths: paths.map((one: unknown) => path(one, 'Each of "paths" must be a file path.')),
    ...(keylog !== undefined && { keylog: path(keylog, '"keylog" must be a file path.') }),
  }
}

export function readAudit(params: unknown): { readonly audit: AuditId } {
  return { audit: auditId(fields(params)) }
}

export function readConnection(params: unknown): { readonly audit: AuditId; readonly id: number } {
  const of = fields(params)
  return { audit: auditId(of), id: count(of, 'id') }
}

export function readExchanges(params: unknown): Page & { readonly audit: AuditId; readonly connection: number } {
  const of = fields(params)
  return { audit: auditId(of), connection: count(of, 'connection'), ...page(of) }
}

export function readConnections(params: unknown): ConnectionQuery & { readonly audit: AuditId } {
  const of = fields(params)
  const { sort, descending, verdict, cause } = of
  if (!isKeyOf(SORTS, sort)) throw badRequest('"sort" must name a column.')
  if (typeof descending !== 'boolean') throw badRequest('"descending" must be true or false.')
  if (verdict !== undefined && !isKeyOf(VERDICTS, verdict)) throw badRequest('"verdict" must be a verdict.')
  if (cause !== undefined && !isCause(cause)) throw badRequest('"cause" must be a cause.')
  return {
    audit: auditId(of),
    ...page(of),
    sort,
    descending,
    ...(verdict !== undefined && { verdict }),
    ...(cause !== undefined && { cause }),
    ...(of.origin !== undefined && { origin: text(of, 'origin', MAX_PATH_LENGTH) }),
    ...(of.text !== undefined && { text: text(of, 'text', MAX_TEXT) }),
  }
}

/** A message on a window's port: one of the contract's, or what is wrong with it. */
export type PortMessage = ToEngine | { readonly kind: 'unknown-method'; readonly id: number } | { readonly kind: 'ignored' }

export function readToEngine(data: unknown): PortMessage {
  // Without a call's number there is nobody to answer.
  if (!isFields(data) || !isCount(data.id)) return { kind: 'ignored' }
  const { kind, id, method, params } = data
  if (kind === 'cancel') return { kind, id }
  if (kind !== 'call') return { kind: 'ignored' }
  return isKeyOf(METHODS, method) ? { kind, id, method, params } : { kind: 'unknown-method', id }
}
