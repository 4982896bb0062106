/** Light, dark, or as the system has it: one class on the root element. */
import { computed, readonly, ref, watchEffect, type Ref } from 'vue'
import type { DesktopApi, ThemeChoice } from '../../shared/contract/desktop-api'

export interface Theme {
  readonly choice: Readonly<Ref<ThemeChoice>>
  readonly dark: Readonly<Ref<boolean>>
  choose(choice: ThemeChoice): void
}

export function createTheme(desktop: Pick<DesktopApi, 'theme' | 'setTheme' | 'onThemeChanged'>): Theme {
  const media = window.matchMedia('(prefers-color-scheme: dark)')
  const systemDark = ref(media.matches)
  media.addEventListener('change', () => (systemDark.value = media.matches))
  const choice = ref<ThemeChoice>('system')
  const dark = computed(() => (choice.value === 'system' ? systemDark.value : choice.value === 'dark'))
  watchEffect(() => {
    const { classList } = document.documentElement
    classList.toggle('dark', dark.value)
    classList.toggle('light', !dark.value)
  })
  desktop.onThemeChanged((elsewhere) => (choice.value = elsewhere))
  void desktop.theme().then((saved) => (choice.value = saved))
  return {
    choice: readonly(choice),
    dark,
    choose(next) {
      choice.value = next
      void desktop.setTheme(next)
    },
  }
}
