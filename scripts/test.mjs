/**
 * `npm test`: every step, one after the other, and a summary. `node scripts/test.mjs NAME… [-- ARGS]` runs the steps so named;
 * ARGS go to vitest or Playwright. The last line is `N passed, N failed`: tests, and the steps that hold no tests.
 */
import { say } from './lib/say.mjs'
import { steps } from './lib/steps.mjs'

const given = process.argv.slice(2)
const dashes = given.indexOf('--')
const names = dashes < 0 ? given : given.slice(0, dashes)
const extra = dashes < 0 ? [] : given.slice(dashes + 1)

const unknown = names.find((name) => !steps.some((step) => step.name === name))
if (unknown !== undefined) {
  say(`There is no step ${unknown}; there are: ${[...new Set(steps.map((step) => step.name))].join(', ')}.`)
  process.exit(2)
}

const total = { passed: 0, failed: 0, skipped: 0 }
const summary = []
const due = steps.filter(({ name, when }) => (names.length === 0 || names.includes(name)) && (when?.() ?? true))
for (const step of due) {
  print(`\n── ${step.title} ${'─'.repeat(Math.max(3, 76 - step.title.length))}`)
  const started = performance.now()
  const { passed, failed, skipped } = await outcome(step)
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const line = `${failed === 0 ? '✓' : '✗'} ${step.title}: ${counted({ passed, failed, skipped })} in ${seconds} s`
  print(line)
  summary.push(line)
}

if (summary.length > 1) print(`\n── Summary ${'─'.repeat(69)}\n${summary.join('\n')}`)
print(counted(total))
process.exitCode = total.failed === 0 ? 0 : 1

async function outcome(step) {
  try {
    const result = await step.run(extra)
    if (typeof result !== 'boolean') return result
    return { passed: result ? 1 : 0, failed: result ? 0 : 1, skipped: 0 }
  } catch (error) {
    say(error.message)
    return { passed: 0, failed: 1, skipped: 0 }
  }
}

function counted({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

function print(text) {
  process.stdout.write(`${text}\n`)
}
