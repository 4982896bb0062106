/** The shop's pages and assets: the same bytes every time. */
import fs from 'node:fs'
import path from 'node:path'
import zlib from 'node:zlib'

const WORDS = 'shop cart price order shelf parcel stock basket season colour linen oak ceramic delivery'.split(' ')

/** A small deterministic generator (mulberry32): the sample needs the same site every time, not good randomness. */
function generator(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const random = generator(20)
const pick = (list) => list[Math.floor(random() * list.length)]

function text(size) {
  let out = ''
  while (out.length < size) out += pick(WORDS) + ' '
  return out
}

/** A valid PNG of noise, side × side pixels. */
function png(side) {
  const chunk = (kind, data) => {
    const body = Buffer.concat([Buffer.from(kind), data])
    const head = Buffer.alloc(4)
    head.writeUInt32BE(data.length)
    const tail = Buffer.alloc(4)
    tail.writeUInt32BE(crc32(body))
    return Buffer.concat([head, body, tail])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const rows = Buffer.from(Array.from({ length: side * (side * 3 + 1) }, (_, i) => (i % (side * 3 + 1) ? random() * 256 : 0)))
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10])
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', zlib.deflateSync(rows)), chunk('IEND', Buffer.alloc(0))])
}

function crc32(bytes) {
  let crc = -1
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

const numbered = (prefix, count, kind) =>
  Array.from({ length: count }, (_, i) => `${prefix}${String(i + 1).padStart(2, '0')}.${kind}`)
const SHARED = ['css/base.css', 'css/theme.css', 'css/type.css', 'js/app.js', 'js/menu.js', 'js/search.js', 'img/logo.png']

/** Assets by page, in the order in which the page names them. */
export const PAGES = {
  index: [...SHARED, 'css/home.css', ...numbered('js/home-', 3, 'js'), ...numbered('img/offer-', 24, 'png')],
  product: [...SHARED, 'css/product.css', 'js/gallery.js', ...numbered('img/view-', 6, 'png')],
  cart: [...SHARED, 'css/cart.css', 'js/cart.js', 'img/empty.png'],
}

/** What the catalogue export and the static host hold: for clients that fetch lists rather than pages. */
export const CATALOGUE = numbered('catalogue/part-', 30, 'json').map((file) => '/' + file)
export const THUMBNAILS = numbered('thumbs/item-', 30, 'png').map((file) => '/' + file)

function asset(file, extra = '') {
  const size = pick([600, 1400, 2600, 4200])
  if (file.endsWith('.png')) return png(pick([14, 20, 28, 36]))
  if (file.endsWith('.css')) return `.s${size}{color:#234}\n/* ${text(size)}*/\n`
  if (file.endsWith('.json'))
    return JSON.stringify({ part: path.basename(file, '.json'), items: text(size).trim().split(' ') }) + '\n'
  return `${extra}/* ${text(size)}*/\n`
}

const TAGS = {
  css: (file) => `<link rel="stylesheet" href="/${file}">`,
  js: (file) => `<script src="/${file}" defer></script>`,
  png: (file) => `<img src="/${file}" alt="">`,
}

function html(title, assets) {
  const tags = assets.map((file) => TAGS[file.split('.').pop()](file)).join('\n')
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><link rel="icon" href="data:,"></head>
<body><h1>${title}</h1>\n${tags}\n</body></html>\n`
}

/**
 * Writes the site into a folder.
 * @param {string} folder
 * @param {{ pollUrl: string, pollPausesMs: number[] }} cart what the cart page asks again and again, and how long it waits each time
 */
export function build(folder, { pollUrl, pollPausesMs }) {
  const write = (file, content) => {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    fs.writeFileSync(path.join(folder, file), content)
  }
  const polling = `(async () => {
  for (const pause of ${JSON.stringify(pollPausesMs)}) {
    await new Promise((done) => setTimeout(done, pause))
    await (await fetch('${pollUrl}', { cache: 'no-store' })).json()
  }
})()\n`
  for (const [page, assets] of Object.entries(PAGES)) {
    write(`${page}.html`, html(`Shop: ${page}`, assets))
    for (const file of assets) write(file, asset(file, file === 'js/cart.js' ? polling : ''))
  }
  for (const file of [...CATALOGUE, ...THUMBNAILS]) write(file, asset(file))
  write('v1/cart', JSON.stringify({ items: 2, total: '48.90', currency: 'EUR' }) + '\n')
}
