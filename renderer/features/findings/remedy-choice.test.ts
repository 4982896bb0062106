import { expect, it } from 'vitest'
import type { Remedy } from '../../../shared/model/audit'
import { choicesOf, tabsOf } from './remedy-choice'

const remedy = (id: string, product: string, kind: Remedy['kind'] & string, title = 'Do'): Remedy => ({
  id,
  product,
  title,
  kind,
  snippet: 's',
  language: 'text',
  where: 'w',
  check: 'c',
  verify: 'v',
  source: 's',
})

const heading = (label: string) => ({ type: 'label', label, value: '' })

it('two remedies of one product are told apart by their titles', () => {
  const tabs = tabsOf([
    remedy('a/1', 'nginx', 'server', 'One'),
    remedy('a/2', 'nginx', 'server', 'Two'),
    remedy('b/1', 'curl', 'client'),
  ])
  expect(tabs.map(({ label }) => label)).toEqual(['nginx: One', 'nginx: Two', 'curl'])
})

it('others come in groups, by name within each, and none is lost', () => {
  const others = [
    remedy('go/x', 'Go', 'client'),
    remedy('n/x', 'nginx', 'server'),
    remedy('a/x', 'Apache httpd', 'server'),
    remedy('cf/x', 'CloudFront', 'cdn'),
  ]
  expect(choicesOf(others)).toEqual([
    [heading('Servers'), { label: 'Apache httpd', value: 'a/x' }, { label: 'nginx', value: 'n/x' }],
    [heading('CDNs and load balancers'), { label: 'CloudFront', value: 'cf/x' }],
    [heading('Clients'), { label: 'Go', value: 'go/x' }],
  ])
  expect(choicesOf([])).toEqual([])
})
