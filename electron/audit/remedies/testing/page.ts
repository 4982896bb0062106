/** docs/products.md, written from the products themselves so that it cannot differ from them. */
import { withVersions } from '../defaults'
import type { Product, Role } from '../product'

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

export const productsPage = (products: readonly Product[]): string =>
  [
    INTRO,
    ...KINDS.flatMap(([kind, heading]) => [
      `## ${heading}`,
      '',
      ...products.filter((p) => p.kind === kind).flatMap(productLines),
    ]),
  ].join('\n')
