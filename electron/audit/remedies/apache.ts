import type { Product } from './product'

const where = 'httpd.conf or a <VirtualHost>. Not .htaccess, where these directives answer 500'
const check = 'apachectl -t'
const manual = 'https://httpd.apache.org/docs/2.4/mod/core.html'

/** Apache httpd. Defaults: KeepAlive On, KeepAliveTimeout 5, MaxKeepAliveRequests 100. */
export const apache: Product = {
  id: 'apache',
  name: 'Apache httpd',
  matches: (g) => /^Apache\b(?!-Coyote)/i.test(g.product ?? ''),
  remedies: {
    'enable-keep-alive': ({ idleTimeout, requestLimit }) => ({
      title: 'Turn keep-alive on',
      snippet: `KeepAlive On\nKeepAliveTimeout ${idleTimeout}\nMaxKeepAliveRequests ${requestLimit}`,
      language: 'apache',
      where: `${where}. Also remove "Header set Connection close" and "SetEnv nokeepalive 1". "Header set Connection keep-alive" enables nothing`,
      check,
      verify:
        'curl -v URL URL: the second request says that it re-uses the connection ("Re-using existing connection" or "Reusing existing").',
      source: `${manual}#keepalive`,
    }),
    'raise-idle-timeout': ({ idleTimeout }) => ({
      title: `Keep idle connections for ${idleTimeout} s`,
      snippet: `KeepAliveTimeout ${idleTimeout}`,
      language: 'apache',
      where: `${where}. With the prefork or worker MPM each idle connection holds a worker: use the event MPM for long time-outs`,
      check,
      verify: 'curl -v -H "Connection: keep-alive" URL: the response says the new "Keep-Alive: timeout=".',
      source: `${manual}#keepalivetimeout`,
    }),
    'raise-request-limit': ({ requestLimit }) => ({
      title: `Allow ${requestLimit} requests per connection`,
      snippet: `MaxKeepAliveRequests ${requestLimit}`,
      language: 'apache',
      where: `${where}. 0 means no limit`,
      check,
      verify: 'curl -v -H "Connection: keep-alive" URL: the response says the new "max=".',
      source: `${manual}#maxkeepaliverequests`,
    }),
  },
}
