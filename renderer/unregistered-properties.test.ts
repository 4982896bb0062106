import { expect, it } from 'vitest'
import { unregister } from './unregistered-properties'

const sheet = `@layer properties{@supports (((-webkit-hyphens:none)) and (not (margin-trim:inline))){*,:before{--tw-ring-inset:initial;--tw-shadow:0 0 #0000}}}
.ring{--tw-ring-shadow:var(--tw-ring-inset,)0 0 0 1px}
@property --tw-ring-inset{syntax:"*";inherits:false}
@property --tw-shadow { syntax: "*"; inherits: false; initial-value: 0 0 #0000 }`

it('drops registrations without an initial value, and takes the resets unconditionally', () => {
  const css = unregister(sheet)
  expect(css).not.toContain('@property --tw-ring-inset')
  expect(css).toContain('@property --tw-shadow')
  expect(css).toContain('@layer properties{@supports (color: red) {*,:before{--tw-ring-inset:initial;')
  expect(css).toContain('.ring{--tw-ring-shadow:var(--tw-ring-inset,)0 0 0 1px}')
})

it('leaves other style sheets alone', () => {
  const other = '@property --tw-x{syntax:"*";inherits:false}a{color:red}'
  expect(unregister(other)).toBe(other)
})
