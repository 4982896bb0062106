/** Servers beyond nginx, Apache and HAProxy, each started with a fault or with a printed remedy in the fault's place. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './programs'

export interface Start {
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
}

export interface LiveProgram {
  /** What must be installed, as `command -v` finds it. */
  readonly needs: readonly string[]
  /** A library of it is there when this command succeeds. */
  readonly probe?: readonly string[]
  /** @param folder its own @param settings the fault, or the remedy's snippet, whole */
  start(folder: string, port: number, settings: string): Start
}

const PYTHON = '/usr/bin/python3'
const HELLO = 'hello\n'

/** Writes a file of the folder and tells its path. */
const put = (folder: string, name: string, lines: readonly string[]): string => {
  const file = join(folder, name)
  writeFileSync(file, `${lines.join('\n')}\n`)
  return file
}

const node: LiveProgram = {
  needs: ['node'],
  start: (folder, port, settings) => {
    const text = settings.includes('createServer') ? settings : `const server = http.createServer(app)\n${settings}`
    const app = "const app = (_, response) => response.writeHead(200, { 'Content-Length': 6 }).end('hello\\n')"
    const file = put(folder, 'server.mjs', ["import http from 'node:http'", app, text, `server.listen(${port}, '127.0.0.1')`])
    return { program: process.execPath, args: [file], cwd: folder }
  },
}

const pythonHttpServer: LiveProgram = {
  needs: [PYTHON],
  start: (folder, port, settings) => {
    writeFileSync(join(folder, 'index.html'), HELLO)
    return {
      program: PYTHON,
      args: [put(folder, 'server.py', [settings.replace('("", 8000)', `("127.0.0.1", ${port})`)])],
      cwd: folder,
    }
  },
}

/**
 * gthread looks for what has been idle once in a second, from the last event on. An answer that came before it went to sleep again would be
 * closed after one look, one that came later after two: it takes its time, so that it is always two.
 */
const WSGI = [
  'import time',
  'def app(environ, start_response):',
  '    time.sleep(0.2)',
  '    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "6")])',
  '    return [b"hello\\n"]',
]

const gunicorn: LiveProgram = {
  needs: ['gunicorn'],
  start: (folder, port, settings) => {
    put(folder, 'app.py', WSGI)
    put(folder, 'gunicorn.conf.py', [settings])
    return { program: 'gunicorn', args: ['-b', `127.0.0.1:${port}`, '-c', 'gunicorn.conf.py', 'app:app'], cwd: folder }
  },
}

const ASGI = [
  'async def app(scope, receive, send):',
  '    if scope["type"] == "http":',
  '        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"6")]})',
  '        await send({"type": "http.response.body", "body": b"hello\\n"})',
]

const uvicorn: LiveProgram = {
  needs: ['uvicorn'],
  start: (folder, port, settings) => {
    put(folder, 'app.py', ASGI)
    const [program = '', ...args] = settings.replace('APP', 'app:app').split(' ')
    return { program, args: [...args, '--port', `${port}`, '--lifespan', 'off'], cwd: folder }
  },
}

const aiohttpServer: LiveProgram = {
  needs: [PYTHON],
  probe: [PYTHON, '-c', 'import aiohttp'],
  start: (folder, port, settings) => {
    const lines = [
      'from aiohttp import web',
      'async def hello(request):',
      '    return web.Response(text="hello")',
      'app = web.Application()',
      'app.router.add_get("/index.html", hello)',
      settings.replace('(app,', `(app, host="127.0.0.1", port=${port},`),
    ]
    return { program: PYTHON, args: [put(folder, 'server.py', lines)], cwd: folder }
  },
}

const puma: LiveProgram = {
  needs: ['puma'],
  start: (folder, port, settings) => {
    put(folder, 'config.ru', [`run lambda { |env| [200, { 'Content-Length' => '6' }, ["hello\\n"]] }`])
    put(folder, 'puma.rb', [`bind 'tcp://127.0.0.1:${port}'`, settings])
    return { program: 'puma', args: ['-C', 'puma.rb', 'config.ru'], cwd: folder }
  },
}

const goServer: LiveProgram = {
  needs: ['go'],
  start: (folder, port, settings) => {
    const handler = 'http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("hello\\n")) })'
    const file = put(folder, 'main.go', [
      'package main',
      'import ("net/http"; "time")',
      `func main() { handler := ${handler}; _ = time.Second`,
      settings.replace(':8080', `127.0.0.1:${port}`),
      'panic(server.ListenAndServe()) }',
    ])
    const program = join(folder, 'server')
    build('go', ['build', '-o', program, file])
    return { program, args: [], cwd: folder }
  },
}

const caddy: LiveProgram = {
  needs: ['caddy'],
  start: (folder, port, settings) => {
    const options = settings.replace('{', '{\n\tadmin off\n\tauto_https off')
    const file = put(folder, 'Caddyfile', [options, `http://127.0.0.1:${port}, http://a.test:${port} {\n\trespond "hello"\n}`])
    const env = { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
    return { program: 'caddy', args: ['run', '--adapter', 'caddyfile', '--config', file], cwd: folder, env }
  },
}

const varnish: LiveProgram = {
  needs: ['varnishd', 'cc'],
  start: (folder, port, settings) => {
    const vcl = put(folder, 'x.vcl', ['vcl 4.1;', 'backend default none;', 'sub vcl_recv { return (synth(200)); }'])
    const parameter = /varnishd (-p \S+)/.exec(settings)?.[1] ?? ''
    const own = ['-F', '-a', `127.0.0.1:${port}`, '-f', vcl, '-n', join(folder, 'work'), '-s', 'malloc,8m']
    return { program: 'varnishd', args: [...own, ...parameter.split(' ')], cwd: folder }
  },
}

const CATALINA = '/usr/share/tomcat10'

const tomcat: LiveProgram = {
  needs: [`${CATALINA}/bin/catalina.sh`, 'java'],
  start: (folder, port, settings) => {
    for (const name of ['conf', 'logs', 'temp', 'work', 'webapps/ROOT']) mkdirSync(join(folder, name), { recursive: true })
    writeFileSync(join(folder, 'webapps/ROOT/index.html'), HELLO)
    put(join(folder, 'conf'), 'web.xml', [
      '<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="5.0"><servlet><servlet-name>files</servlet-name>',
      '<servlet-class>org.apache.catalina.servlets.DefaultServlet</servlet-class></servlet>',
      '<servlet-mapping><servlet-name>files</servlet-name><url-pattern>/</url-pattern></servlet-mapping></web-app>',
    ])
    put(join(folder, 'conf'), 'server.xml', [
      `<Server port="-1"><Service name="Catalina">${settings.replace('port="8080"', `port="${port}" address="127.0.0.1"`)}`,
      '<Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="webapps" autoDeploy="false"/></Engine>',
      '</Service></Server>',
    ])
    const env = { CATALINA_HOME: CATALINA, CATALINA_BASE: folder, CATALINA_OPTS: '-Xmx64m' }
    return { program: `${CATALINA}/bin/catalina.sh`, args: ['run'], cwd: folder, env }
  },
}

const JETTY = '/usr/share/jetty9'

const jetty: LiveProgram = {
  needs: [`${JETTY}/bin/jetty.sh`, 'java'],
  start: (folder, port, settings) => {
    for (const name of ['start.d', 'webapps/root']) mkdirSync(join(folder, name), { recursive: true })
    writeFileSync(join(folder, 'webapps/root/index.html'), HELLO)
    put(join(folder, 'start.d'), 'deploy.ini', ['--module=deploy'])
    put(join(folder, 'start.d'), 'http.ini', ['--module=http', 'jetty.http.host=127.0.0.1', `jetty.http.port=${port}`, settings])
    const args = ['-Xmx64m', '-jar', `${JETTY}/start.jar`, `jetty.home=${JETTY}`, `jetty.base=${folder}`]
    return { program: 'java', args, cwd: folder }
  },
}

/** By the ids of their products. */
export const LIVE: Readonly<Record<string, LiveProgram>> = {
  node,
  'python-http-server': pythonHttpServer,
  gunicorn,
  uvicorn,
  'aiohttp-server': aiohttpServer,
  puma,
  'go-server': goServer,
  caddy,
  varnish,
  tomcat,
  jetty,
}
