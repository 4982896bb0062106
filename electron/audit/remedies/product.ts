/** What a product's file gives: docs/how-to/add-a-remedy.md. */
import type { Remedy } from '../../../shared/model/audit'
import type { CaseGroup } from '../findings/groups'
import type { Values } from './values'
import type { Versions } from './version'

export type Topic =
  | 'enable-keep-alive'
  | 'delimit-responses'
  | 'raise-idle-timeout'
  | 'raise-request-limit'
  | 'raise-age-limit'
  | 'resume-tls'
  | 'use-tls-1.3'
  | 'share-key-groups'
  | 'use-http-2'
  | 'coalesce'
  | 'find-who-closes'
  | 'find-errors'
  | 'listen'
  | 'let-through'
  | 'lengthen-backlog'
  | 'mend-requests'
  | 'align-credentials'
  | 'pool-connections'
  | 'enlarge-pool'
  | 'stop-asking-to-close'
  | 'use-http-1.1'
  | 'keep-idle-longer'
  | 'keep-older'
  | 'avoid-race'
  | 'outlive-middlebox'
  | 'keep-tls-sessions'
  | 'speak-tls-1.3'
  | 'share-a-taken-group'
  | 'speak-http-2'
  | 'open-on-demand'
  | 'wait-for-responses'

/** Who must act on a topic: whose product is looked for in the traffic. */
export const SIDE: Readonly<Record<Topic, 'server' | 'client'>> = {
  'enable-keep-alive': 'server',
  'delimit-responses': 'server',
  'raise-idle-timeout': 'server',
  'raise-request-limit': 'server',
  'raise-age-limit': 'server',
  'resume-tls': 'server',
  'use-tls-1.3': 'server',
  'share-key-groups': 'server',
  'use-http-2': 'server',
  coalesce: 'server',
  'find-who-closes': 'server',
  'find-errors': 'server',
  listen: 'server',
  'let-through': 'server',
  'lengthen-backlog': 'server',
  'mend-requests': 'client',
  'align-credentials': 'client',
  'pool-connections': 'client',
  'enlarge-pool': 'client',
  'stop-asking-to-close': 'client',
  'use-http-1.1': 'client',
  'keep-idle-longer': 'client',
  'keep-older': 'client',
  'avoid-race': 'client',
  'outlive-middlebox': 'client',
  'keep-tls-sessions': 'client',
  'speak-tls-1.3': 'client',
  'share-a-taken-group': 'client',
  'speak-http-2': 'client',
  'open-on-demand': 'client',
  'wait-for-responses': 'client',
}

/** What a default is about; each topic speaks of some of them. */
export type Aspect = 'idle' | 'requests' | 'age' | 'pool' | 'sessions' | 'tls' | 'http2' | 'ahead' | 'backlog'

export const ASPECTS: Readonly<Record<Topic, readonly Aspect[]>> = {
  'enable-keep-alive': ['idle', 'requests'],
  'delimit-responses': [],
  'raise-idle-timeout': ['idle'],
  'raise-request-limit': ['requests'],
  'raise-age-limit': ['age'],
  'resume-tls': ['sessions'],
  'use-tls-1.3': ['tls'],
  'share-key-groups': [],
  'use-http-2': ['http2'],
  coalesce: [],
  'find-who-closes': ['idle', 'requests', 'age'],
  'find-errors': [],
  listen: [],
  'let-through': [],
  'lengthen-backlog': ['backlog'],
  'mend-requests': [],
  'align-credentials': [],
  'pool-connections': ['pool', 'idle'],
  'enlarge-pool': ['pool'],
  'stop-asking-to-close': ['pool'],
  'use-http-1.1': ['pool'],
  'keep-idle-longer': ['idle'],
  'keep-older': ['age'],
  'avoid-race': ['idle'],
  'outlive-middlebox': ['idle'],
  'keep-tls-sessions': ['sessions'],
  'speak-tls-1.3': ['tls'],
  'share-a-taken-group': [],
  'speak-http-2': ['http2'],
  'open-on-demand': ['ahead'],
  'wait-for-responses': [],
}

/** What a product does when nobody sets anything. A value that could not be established is not listed. */
export interface Default extends Versions {
  readonly about: Aspect
  /** "KeepAliveTimeout 5 s". */
  readonly text: string
  /** Manual, source file or measurement. */
  readonly source: string
}

/** What the traffic shows of a program: its header fields and ways. */
export type Traces = Pick<
  CaseGroup,
  | 'product'
  | 'userAgent'
  | 'advertisedTimeout'
  | 'advertisedMax'
  | 'requestVersion'
  | 'requestConnection'
  | 'responseConnection'
  | 'proxied'
  | 'requestVia'
  | 'responseVia'
  | 'requestMarks'
  | 'responseMarks'
> & {
  /** Why connections were opened that need not have been; null where that is not what is looked at. */
  readonly cause: CaseGroup['cause'] | null
  /** The names in the server's certificate, one a line, where they tell the product: looked at where nothing else could be read. */
  readonly certificate?: string | null
}

/** What a server says of itself on other connections, where those in question cannot be read. */
export interface Elsewhere extends Pick<Traces, 'product' | 'responseVia' | 'responseMarks'> {
  /** The port at which it says so. */
  readonly port: number
}

/** Traffic that is no group of avoidable connections: between one origin, or server, and its clients. */
export interface Place extends Traces {
  readonly origin: string
  /** The port of the server that was connected to; null or absent where it is not known. */
  readonly serverPort?: number | null
  /** Its address, where it is one only. */
  readonly serverIp?: string | null
  readonly elsewhere?: Elsewhere | null
  /** The User-Agents of its clients, where all of them say one and they are few. */
  readonly userAgents?: readonly string[] | null
}

/** A version the traffic shows of a product. */
export interface VersionSeen {
  /** "1.22.1": what defaults and remedies go by. */
  readonly at: string
  /** For people: "nginx 1.22.1", "Node.js before 26, since it announces 5 s". */
  readonly text: string
}

/** One remedy as a product's file writes it. */
export type Advice = Pick<Remedy, 'title' | 'snippet' | 'language' | 'where' | 'check' | 'verify' | 'source'>

/** A product as the side of a connection that must act. */
export interface Role {
  /** How it is told, for people: "Server: nginx or openresty". */
  readonly recognisedBy: string
  /** What in this traffic shows it ("Server: nginx/1.22.1"); null where nothing does. Narrow: the wrong product's advice is worse than none. */
  seen(traces: Traces): string | null
  /** The version in this traffic, where it is said and something changed with it. */
  version?(traces: Traces): VersionSeen | null
  readonly defaults: readonly Default[]
  /** Seconds a client or proxy keeps idle connections to its servers unless told otherwise. Servers behind a proxy must keep them longer. */
  readonly keepsIdle?: number
  /** Where a server announces a time-out, that counts instead. */
  readonly heedsHint?: true
  /** By its documentation it speaks HTTP/1 only. */
  readonly http1Only?: true
  /** Its time-outs are in whole seconds: where the server closes sooner, none can be given. */
  readonly wholeSeconds?: true
  /** @param version as {@link version} saw it; null where it is not known */
  readonly remedies: Partial<Record<Topic, (values: Values, version: string | null) => Advice>>
}

export type Kind = 'server' | 'proxy' | 'cdn' | 'client'

export interface Product {
  /** Used in remedies' ids: "nginx". */
  readonly id: string
  readonly name: string
  readonly kind: Kind
  /** Towards its clients. */
  readonly server?: Role
  /** Towards its servers. */
  readonly client?: Role
}
