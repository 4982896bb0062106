import type { Locator } from '@playwright/test'

/** The number a person reads in an element: "1,204", "42.2%", "2.91 s"; NaN where it holds none. */
export async function numberIn(locator: Locator): Promise<number> {
  const found = /[−-]?\d[\d,]*(?:[.]\d+)?/.exec(await locator.innerText())
  return found === null ? Number.NaN : Number(found[0].replaceAll(',', '').replace('−', '-'))
}
