import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { expect, it } from 'vitest'
import { PRODUCTS } from './products'
import { productsPage } from './testing/page'

const file = join(__dirname, '../../../docs/products.md')

it('docs/products.md says what the code knows (-u writes it anew)', async () => {
  const text = await format(productsPage(PRODUCTS), { ...(await resolveConfig(file)), parser: 'markdown' })
  await expect(text).toMatchFileSnapshot(file)
})
