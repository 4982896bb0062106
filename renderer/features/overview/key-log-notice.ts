import { plural } from '../../../shared/format'

export interface KeyLogNotice {
  readonly text: string
  readonly action: string
}

/**
 * @param encrypted connections whose requests could not be read; at least 1
 * @param keylog the path of the key log they were read with, if any was chosen
 */
export function keyLogNotice(encrypted: number, keylog: string | null): KeyLogNotice {
  const one = encrypted === 1
  if (keylog !== null) {
    const name = keylog.split(/[\\/]/).pop() ?? keylog
    const them = plural(encrypted, 'connection is', 'connections are')
    return {
      text: `${them} still encrypted: ${name} does not hold ${one ? 'its' : 'their'} keys.`,
      action: 'Try another key log…',
    }
  }
  const them = plural(encrypted, 'connection is', 'connections are')
  return {
    text: `${them} encrypted: with a key log (SSLKEYLOGFILE) ${one ? 'its' : 'their'} requests can be read.`,
    action: 'Add key log…',
  }
}
