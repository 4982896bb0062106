/** The chart's colours, read from the style sheet so that a theme is defined in one place. */
import { onBeforeUnmount, shallowRef, type ShallowRef } from 'vue'
import type { Tone } from './model'

export interface Palette {
  readonly tones: Record<Tone, string>
  readonly text: string
  readonly muted: string
  readonly line: string
  readonly panel: string
  readonly font: string
}

function read(): Palette {
  const style = getComputedStyle(document.documentElement)
  const value = (name: string): string => style.getPropertyValue(name).trim()
  return {
    tones: {
      needed: value('--rt-needed'),
      avoidable: value('--rt-avoidable'),
      unjudged: value('--rt-unjudged'),
      tcp: value('--rt-tcp'),
      tls: value('--rt-tls'),
      estimate: value('--rt-unjudged'),
      track: value('--rt-line'),
    },
    text: value('--ui-text'),
    muted: value('--ui-text-muted'),
    line: value('--rt-line'),
    panel: value('--rt-panel'),
    font: getComputedStyle(document.body).fontFamily,
  }
}

/** The palette of the theme in use; it follows when the theme changes. */
export function usePalette(): Readonly<ShallowRef<Palette>> {
  const palette = shallowRef(read())
  const observer = new MutationObserver(() => (palette.value = read()))
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['class'] })
  onBeforeUnmount(() => observer.disconnect())
  return palette
}
