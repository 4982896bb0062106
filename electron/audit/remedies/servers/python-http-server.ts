import type { Product, Traces, VersionSeen } from '../product'
import { CURL_TWICE, server } from '../told'
import { isBefore, versionIn } from '../version'

const source = 'https://docs.python.org/3/library/http.server.html#http.server.BaseHTTPRequestHandler.protocol_version'
const check = 'python -m py_compile FILE'
const where =
  'Where the handler’s class is. A ThreadingHTTPServer, since an HTTPServer serves one connection at a time and a kept one would hold up the others'

const handler = (...lines: readonly string[]): string =>
  [
    'from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer',
    '',
    '',
    'class Handler(SimpleHTTPRequestHandler):   # or your own BaseHTTPRequestHandler',
    '    protocol_version = "HTTP/1.1"          # HTTP/1.0 by default, which closes after each response',
    ...lines.map((line) => `    ${line}`),
    '',
    '',
    'ThreadingHTTPServer(("", 8000), Handler).serve_forever()',
  ].join('\n')

const version = ({ product }: Traces): VersionSeen | null => {
  const at = versionIn(product, /\bPython\/(\d+\.\d+(?:\.\d+)?)/i)
  return at === null ? null : { at, text: `Python ${at}` }
}

/** What "python -m http.server" runs, and many small servers and test programs are made of. */
export const pythonHttpServer: Product = {
  id: 'python-http-server',
  name: 'Python http.server',
  kind: 'server',
  server: {
    recognisedBy: 'Server: SimpleHTTP/… Python/… or BaseHTTP/… Python/…',
    seen: server(/^(SimpleHTTP|BaseHTTP)\/[\d.]+ Python\//i),
    version,
    defaults: [
      { about: 'idle', text: 'protocol_version HTTP/1.0: no connection is kept; with HTTP/1.1 no idle time-out', source },
    ],
    remedies: {
      'enable-keep-alive': ({ idleTimeout }, at) => ({
        title: 'Speak HTTP/1.1, which keeps connections',
        snippet: handler(`timeout = ${idleTimeout}                           # seconds of silence; none by default`),
        language: 'python',
        where: `${where}. Each response then needs a Content-Length, as SimpleHTTPRequestHandler’s have${at !== null && isBefore(at, '3.11') ? '' : '. On the command line, from Python 3.11: python -m http.server --protocol HTTP/1.1'}`,
        check,
        verify: CURL_TWICE,
        source,
      }),
      'delimit-responses': () => ({
        title: 'Say how long responses are',
        snippet: handler(
          '',
          'def do_GET(self):',
          '    body = b"hello\\n"',
          '    self.send_response(200)',
          '    self.send_header("Content-Length", str(len(body)))',
          '    self.end_headers()',
          '    self.wfile.write(body)',
        ),
        language: 'python',
        where,
        check,
        verify: CURL_TWICE,
        source,
      }),
      'raise-idle-timeout': ({ idleTimeout }) => ({
        title: `Keep idle connections for ${idleTimeout} s`,
        snippet: handler(`timeout = ${idleTimeout}                           # seconds of silence; none by default`),
        language: 'python',
        where,
        check,
        verify: 'A connection left alone stays open for the new time.',
        source: 'https://docs.python.org/3/library/socketserver.html#socketserver.StreamRequestHandler',
      }),
    },
  },
}
