/** docs/products.md, written from the products themselves so that it cannot differ from them. */
import { withVersions } from '../defaults'
import type { Product, Role } from '../product'
import { CLIENTS_TRIED, PROXIES_TRIED, SERVERS_TRIED, TRIED_ON, UNTRIED } from './tried'

const KINDS = [
  ['server', 'Servers'],
  ['proxy', 'Proxies'],
  ['cdn', 'CDNs and load balancers'],
  ['client', 'Clients'],
] as const

const INTRO = `# Products

What Roundtrip knows of each product: by what a capture shows it, what it does when nobody sets anything, and what its remedies change. Written
from \`electron/audit/remedies/\` by \`npx vitest run electron/audit/remedies/page.test.ts -u\`; do not edit it here.

Defaults are named with their source, and with the version where they changed. Where a product publishes none, none is listed.
`

const TOWARDS = { server: 'towards its clients', client: 'towards its servers' } as const

function roleLines(role: Role, side: 'server' | 'client', both: boolean): readonly string[] {
  const where = both ? ` ${TOWARDS[side]}` : ''
  const topics = Object.keys(role.remedies).map((topic) => `\`${topic}\``)
  return [
    `- Told${where} by: ${role.recognisedBy}.`,
    ...(role.defaults.length === 0
      ? []
      : [`- Defaults${where}:`, ...role.defaults.map((d) => `  - ${withVersions(d)} — ${d.source}`)]),
    `- Remedies${where}: ${topics.length === 0 ? 'none that its customers can apply; the general advice is shown' : topics.join(', ')}.`,
  ]
}

function productLines({ name, server, client }: Product): readonly string[] {
  const both = server !== undefined && client !== undefined
  return [
    `### ${name}`,
    '',
    ...(server === undefined ? [] : roleLines(server, 'server', both)),
    ...(client === undefined ? [] : roleLines(client, 'client', both)),
    '',
  ]
}

const tried = (rows: typeof SERVERS_TRIED): readonly string[] => rows.map(([program, seen]) => `- ${program}: ${seen}.`)

const TRIED = [
  '## Tried on live programs',
  '',
  `With these versions on ${TRIED_ON}, over loopback. Those that a machine has are tried again by \`after-remedy.test.ts\`,`,
  '`after-tls-remedy.test.ts`, `after-remedy-more.test.ts`, `after-proxy-remedy.test.ts` and `after-client-remedy.test.ts`: a fault, a capture, the finding and',
  'its remedy as it is printed, a second capture without the waste.',
  '',
  'Servers, left alone after a response, and asked up to 1,200 times on one connection:',
  '',
  ...tried(SERVERS_TRIED),
  '',
  'Proxies, towards a server that keeps connections:',
  '',
  ...tried(PROXIES_TRIED),
  '',
  'Clients, left alone after three requests to a server that does not close:',
  '',
  ...tried(CLIENTS_TRIED),
  '',
  UNTRIED,
  '',
]

export const productsPage = (products: readonly Product[]): string =>
  [
    INTRO,
    ...KINDS.flatMap(([kind, heading]) => [
      `## ${heading}`,
      '',
      ...products.filter((p) => p.kind === kind).flatMap(productLines),
    ]),
    ...TRIED,
  ].join('\n')
