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
    'One object for the program (gem net-http-persistent). Net::HTTP.get opens a connection each; Net::HTTP.start with a block keeps one for the block, and uses it again within http.keep_alive_timeout (2 s). Stay below the server’s own idle time-out',
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
    defaults: [
      {
        about: 'idle',
        text: 'Net::HTTP keep_alive_timeout 2 s, net-http-persistent idle_timeout 5 s: an older connection is closed at the next request',
        source: 'https://docs.ruby-lang.org/en/3.4/Net/HTTP.html; net-http-persistent, persistent.rb; measured with Ruby 3.1',
      },
      {
        about: 'pool',
        text: 'Net::HTTP.get one connection for each, Net::HTTP.start one for its block',
        source: 'measured with Ruby 3.1',
      },
    ],
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
