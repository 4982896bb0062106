/** One build for everything that runs: the command line, the main process, the engine's process, the preload and the window. */
import { resolve } from 'node:path'
import ui from '@nuxt/ui/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import { nuxtUiOptions } from './renderer/nuxt-ui'
import { unregisteredProperties } from './renderer/unregistered-properties'

const root = import.meta.dirname
const at = (...parts: string[]) => resolve(root, ...parts)

/** Oldest runtime the bundles must start in: Electron 25 (Chromium 114, Node 18.15). */
const oldest = { node: 'node18', chrome: 'chrome114' }

/** Loaded at run time: a native addon cannot be bundled. Everything else is; a hundred small files take longer to find than to run. */
const native = [/^@duckdb\/node-bindings/]

const main = {
  build: {
    outDir: at('out/main'),
    target: oldest.node,
    externalizeDeps: false,
    sourcemap: true,
    rolldownOptions: {
      external: native,
      input: {
        index: at('electron/main/index.ts'),
        host: at('electron/host/index.ts'),
        cli: at('electron/cli/index.ts'),
        reader: at('electron/session/reader.ts'),
      },
      output: { format: 'cjs' as const, entryFileNames: '[name].cjs', chunkFileNames: 'chunks/[name]-[hash].cjs' },
    },
  },
}

const preload = {
  build: {
    outDir: at('out/preload'),
    target: oldest.node,
    externalizeDeps: false,
    sourcemap: true,
    rolldownOptions: {
      input: { index: at('electron/preload/index.ts') },
      // A sandboxed preload can load no other file: one bundle, CommonJS.
      output: { format: 'cjs' as const, entryFileNames: '[name].cjs', codeSplitting: false },
    },
  },
}

const renderer = {
  root: at('renderer'),
  plugins: [vue(), ui({ ...nuxtUiOptions, root }), unregisteredProperties()],
  build: {
    outDir: at('out/renderer'),
    target: oldest.chrome,
    minify: true,
    rolldownOptions: { input: at('renderer/index.html') },
  },
}

/** The command line needs neither window nor preload: `ROUNDTRIP_BUILD=main` builds its part alone, in a second or two. */
export default defineConfig(process.env.ROUNDTRIP_BUILD === 'main' ? { main } : { main, preload, renderer })
