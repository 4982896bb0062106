/** How Nuxt UI is built into the window: no router, no auto-imports, and every icon bundled, since nothing may be fetched. */
import type { NuxtUIOptions } from '@nuxt/ui/unplugin'

export const nuxtUiOptions = {
  router: false,
  dts: false,
  autoImport: false,
  components: false,
  colorMode: false,
  theme: { colors: ['primary', 'success', 'info', 'warning', 'error'] },
  ui: {
    colors: { primary: 'teal', success: 'teal', info: 'sky', warning: 'amber', error: 'red', neutral: 'zinc' },
    button: { slots: { base: 'cursor-pointer' } },
    tooltip: { slots: { content: 'max-w-xs h-auto py-1 text-left', text: 'whitespace-normal' } },
  },
  icon: { clientBundle: { scan: { globInclude: ['renderer/**/*.{vue,ts}'], globExclude: [] } } },
} satisfies NuxtUIOptions
