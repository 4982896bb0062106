/**
 * Tailwind 4 registers its internal custom properties (`@property --tw-ring-inset { syntax: "*"; inherits: false }`) and reads
 * them with an empty fallback (`var(--tw-ring-inset,)`). Chromium 114, the oldest that this app runs in, takes that fallback for a value that does not
 * match the registered syntax and drops the whole declaration: rings, filters and numeric variants vanish, without a
 * warning. Tailwind also ships the resets for browsers that know no `@property` at all, behind an `@supports`: this takes those
 * for every browser, and leaves the registrations without an initial value out. The outcome is the same everywhere.
 */
import type { Plugin } from 'vite'

const REGISTRATION = /@property\s+--tw-[\w-]+\s*\{[^}]*\}/g
const RESETS = /(@layer properties\s*\{\s*)@supports\s[^{]*\{/

/** The same style sheet without registrations that have no initial value. A sheet without Tailwind's resets is left alone. */
export function unregister(css: string): string {
  if (!RESETS.test(css)) return css
  return css
    .replace(RESETS, '$1@supports (color: red) {')
    .replace(REGISTRATION, (rule) => (rule.includes('initial-value') ? rule : ''))
}

/** To be listed after the plugin that runs Tailwind. */
export const unregisteredProperties = (): Plugin => ({
  name: 'roundtrip:unregistered-properties',
  enforce: 'pre',
  transform: (code, id) => (/\.css($|\?)/.test(id) ? { code: unregister(code), map: null } : null),
})
