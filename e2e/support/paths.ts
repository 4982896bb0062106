import { join, resolve } from 'node:path'

export const root = resolve(__dirname, '..', '..')
export const samplePath = join(root, 'samples', 'shop.pcapng')
export const cliPath = join(root, 'bin', 'roundtrip.mjs')
