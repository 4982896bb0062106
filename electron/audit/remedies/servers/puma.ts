import type { Product } from '../product'
import { nothing, SILENT } from '../told'

export const puma: Product = {
  id: 'puma',
  name: 'Puma',
  kind: 'server',
  server: {
    recognisedBy: SILENT,
    seen: nothing,
    defaults: [
      { about: 'idle', text: 'persistent_timeout 65 s from Puma 7, 20 s before', source: 'Puma, History.md' },
      { about: 'requests', text: '999 per connection', source: 'Puma, History.md' },
    ],
    remedies: {
      'raise-idle-timeout': ({ idleTimeout }) => ({
        title: `Keep idle connections for ${idleTimeout} s`,
        snippet: `persistent_timeout ${idleTimeout}`,
        language: 'ruby',
        where: 'config/puma.rb. Also look for enable_keep_alives(false)',
        check: 'ruby -c config/puma.rb',
        verify: 'A connection left alone stays open for the new time.',
        source: 'https://puma.io/puma/Puma/DSL.html#persistent_timeout-instance_method',
      }),
      'enable-keep-alive': ({ idleTimeout }) => ({
        title: 'Turn keep-alive on',
        snippet: `enable_keep_alives true\npersistent_timeout ${idleTimeout}`,
        language: 'ruby',
        where: 'config/puma.rb, in place of enable_keep_alives(false)',
        check: 'ruby -c config/puma.rb',
        verify: 'A connection left alone stays open for the new time.',
        source: 'https://puma.io/puma/Puma/DSL.html',
      }),
    },
  },
}
