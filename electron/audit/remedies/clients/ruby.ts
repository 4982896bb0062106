import type { Advice, Product } from '../product'
import type { Values } from '../values'
import { userAgent } from '../told'

const source = 'https://docs.seattlerb.org/net-http-persistent/Net/HTTP/Persistent.html'

const persistent = ({ poolSize, clientIdle }: Values): Advice => ({
  title: `Persistent connections, kept for ${clientIdle} s`,
  snippet: [
    "require 'net/http/persistent'",
    '',
    `HTTP = Net::HTTP::Persistent.new(name: 'app', pool_size: ${poolSize})`,
    `HTTP.idle_timeout = ${clientIdle}`,
    'response = HTTP.request(URI(url))',
  ].join('\n'),
  language: 'ruby',
  where:
    'One object for the program (gem net-http-persistent). Net::HTTP.get opens a connection each; Net::HTTP.start with a block keeps one for the block. Stay below the server’s own idle time-out',
  check: 'ruby -c FILE',
  verify: 'Net::HTTP’s set_debug_output says "opening connection" once per connection.',
  source,
})

export const ruby: Product = {
  id: 'ruby',
  name: 'Ruby Net::HTTP',
  kind: 'client',
  client: {
    recognisedBy: 'User-Agent: Ruby or Ruby, net/http/persistent or Faraday',
    seen: userAgent(/^(Ruby\b|Faraday |Gem-net-http-persistent)/i),
    defaults: [{ about: 'idle', text: 'net-http-persistent idle_timeout 5 s', source: 'net-http-persistent, persistent.rb' }],
    remedies: {
      'pool-connections': persistent,
      'enlarge-pool': persistent,
      'keep-idle-longer': persistent,
      'avoid-race': persistent,
      'stop-asking-to-close': persistent,
      'keep-tls-sessions': (values) => ({
        ...persistent(values),
        title: 'Persistent connections, which keep their TLS sessions',
        snippet:
          "require 'net/http/persistent'\n\nHTTP = Net::HTTP::Persistent.new(name: 'app')\nHTTP.reuse_ssl_sessions = true            # the default\nresponse = HTTP.request(URI(url))",
      }),
    },
  },
}
