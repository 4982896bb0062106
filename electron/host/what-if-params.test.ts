import { describe, expect, it } from 'vitest'
import { AS_CAPTURED } from '../../shared/model/simulation'
import { readWhatIf } from './what-if-params'

const asked = { audit: 'a', origin: null, policy: AS_CAPTURED }

describe('a what-if question', () => {
  it('is taken apart to what belongs to it', () => {
    expect(readWhatIf({ ...asked, more: 1, policy: { ...AS_CAPTURED, more: 1 } })).toEqual(asked)
    const policy = {
      ...AS_CAPTURED,
      idleTimeoutSeconds: 7.5,
      requestLimit: null,
      poolSize: 6,
      protocol: 'h2',
      tlsResumption: 'on',
    }
    expect(readWhatIf({ audit: 'a', origin: 'http://x', policy })).toEqual({ audit: 'a', origin: 'http://x', policy })
  })

  it.each([
    ['no policy', { policy: undefined }],
    ['a list for a policy', { policy: [] }],
    ['an origin that is a number', { origin: 4 }],
    ['an endless origin', { origin: 'x'.repeat(10_000) }],
    ['a time-out below nothing', { policy: { ...AS_CAPTURED, idleTimeoutSeconds: -1 } }],
    ['a time-out that is no number', { policy: { ...AS_CAPTURED, idleTimeoutSeconds: NaN } }],
    ['a time-out without end', { policy: { ...AS_CAPTURED, idleTimeoutSeconds: Infinity } }],
    ['half a request', { policy: { ...AS_CAPTURED, requestLimit: 1.5 } }],
    ['a limit of no request', { policy: { ...AS_CAPTURED, requestLimit: 0 } }],
    ['a pool of nothing', { policy: { ...AS_CAPTURED, poolSize: 0 } }],
    ['a pool as captured', { policy: { ...AS_CAPTURED, poolSize: 'as-captured' } }],
    ['an unknown protocol', { policy: { ...AS_CAPTURED, protocol: 'toString' } }],
    ['an unknown side', { policy: { ...AS_CAPTURED, timeoutOf: 'proxy' } }],
    ['resumption as a number', { policy: { ...AS_CAPTURED, tlsResumption: 1 } }],
  ])('is refused with %s', (_name, wrong) => {
    expect(() => readWhatIf({ ...asked, ...wrong })).toThrow(expect.objectContaining({ code: 'bad-request' }))
  })
})
