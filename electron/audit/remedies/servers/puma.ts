import type { Product } from '../product'
import { MORE_EACH, nothing, SILENT } from '../told'

export const puma: Product = {
  id: 'puma',
  name: 'Puma',
  kind: 'server',
  server: {
    recognisedBy: SILENT,
    seen: nothing,
    defaults: [
      {
        about: 'idle',
        text: 'persistent_timeout 65 s from Puma 7, 20 s before',
        source: 'https://github.com/puma/puma/blob/main/History.md',
      },
      {
        about: 'requests',
        text: 'max_keep_alive 999 from Puma 7, no limit before',
        source: 'https://github.com/puma/puma/issues/3719; measured with Puma 5.6.5',
      },
    ],
    remedies: {
      'raise-idle-timeout': ({ idleTimeout }) => ({
        title: `Keep idle connections for ${idleTimeout} s`,
        snippet: `persistent_timeout ${idleTimeout}`,
        language: 'ruby',
        where:
          'config/puma.rb. Also look for enable_keep_alives(false), and for PUMA_PERSISTENT_TIMEOUT in the environment (Puma 7)',
        check: 'ruby -c config/puma.rb',
        verify: 'A connection left alone stays open for the new time.',
        source: 'https://puma.io/puma/Puma/DSL.html#persistent_timeout-instance_method',
      }),
      'enable-keep-alive': ({ idleTimeout }) => ({
        title: 'Turn keep-alive on',
        snippet: `enable_keep_alives true if respond_to?(:enable_keep_alives)   # the default; older versions cannot turn it off\npersistent_timeout ${idleTimeout}`,
        language: 'ruby',
        where: 'config/puma.rb, in place of enable_keep_alives(false)',
        check: 'ruby -c config/puma.rb',
        verify: 'A connection left alone stays open for the new time.',
        source: 'https://puma.io/puma/Puma/DSL.html',
      }),
      'raise-request-limit': ({ requestLimit }) => ({
        title: `Allow ${requestLimit} requests per connection`,
        snippet: `max_keep_alive ${requestLimit} if respond_to?(:max_keep_alive)   # Puma 7; older ones have no limit`,
        language: 'ruby',
        where:
          'config/puma.rb. A server whose threads are all busy also closes connections: then it needs more threads or workers',
        check: 'ruby -c config/puma.rb',
        verify: MORE_EACH,
        source: 'https://puma.io/puma/Puma/DSL.html#max_keep_alive-instance_method',
      }),
    },
  },
}
