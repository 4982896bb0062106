/** A time-out in the units of configuration files: most know whole seconds and milliseconds, some one of them only. */

const milliseconds = (seconds: number): number => Math.round(seconds * 1000)

/** "75s", "400ms": nginx, HAProxy, and whatever is written in Go. */
export const withUnit = (seconds: number): string => (Number.isInteger(seconds) ? `${seconds}s` : `${milliseconds(seconds)}ms`)

/** A number and the name of its unit, the one that is whole: "75, TimeUnit.SECONDS". */
export const wholeIn =
  (say: (value: number, unit: 'seconds' | 'milliseconds') => string) =>
  (seconds: number): string =>
    Number.isInteger(seconds) ? say(seconds, 'seconds') : say(milliseconds(seconds), 'milliseconds')
