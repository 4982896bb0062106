/**
 * Clients that open a connection for each request, and the same with a printed remedy. Those that leave connections open pause for long
 * enough: opening another within some tens of milliseconds would prove nothing.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Start } from './live-programs'
import { build } from './programs'

/** Requests each of them makes, one after the other. */
export const REQUESTS = 4

export interface LiveClient {
  /** The product's id. */
  readonly id: string
  readonly topic: 'pool-connections' | 'stop-asking-to-close'
  /** By what it is told; absent where it says nothing. */
  readonly seen?: RegExp
  readonly needs: readonly string[]
  /** A library of it is there when this command succeeds. */
  readonly probe?: readonly string[]
  /** @param snippet the remedy's; null for the program as it was */
  start(folder: string, url: string, snippet: string | null): Start
}

const write = (folder: string, name: string, lines: readonly string[]): string => {
  const file = join(folder, name)
  writeFileSync(file, `${lines.join('\n')}\n`)
  return file
}

const PYTHON = '/usr/bin/python3'

/** @param wrong a line for each url @param right lines after the snippet */
const python = (
  id: string,
  seen: RegExp,
  module: string,
  wrong: readonly string[],
  right: readonly string[] = [],
  topic: LiveClient['topic'] = 'pool-connections',
): LiveClient => ({
  id,
  topic,
  seen,
  needs: [PYTHON],
  probe: [PYTHON, '-c', `import ${module}`],
  start: (folder, url, snippet) => {
    const lines = [`urls = ["${url}"] * ${REQUESTS}`, ...(snippet === null ? wrong : [snippet, ...right])]
    return { program: PYTHON, args: [write(folder, 'client.py', lines)], cwd: folder }
  },
})

const javac = (folder: string, classpath: string, lines: readonly string[]): Start => {
  build('javac', ['-cp', classpath, '-d', folder, write(folder, 'Main.java', lines)])
  return { program: 'java', args: ['-Xmx64m', '-cp', `${folder}:${classpath}`, 'Main'], cwd: folder }
}
const jars = (...names: readonly string[]): string => names.map((name) => `/usr/share/java/${name}.jar`).join(':')
const loop = (statement: string): string => `for (int i = 0; i < ${REQUESTS}; i++) { ${statement} }`
const main = (...statements: readonly string[]): string =>
  `public static void main(String[] args) throws Exception { ${statements.join(' ')} }`

const OKHTTP = jars('okhttp', 'okio')
const HC5 = jars('httpclient5', 'httpcore5', 'httpcore5-h2', 'slf4j-api', 'slf4j-nop')

export const CLIENTS: readonly LiveClient[] = [
  {
    id: 'curl',
    topic: 'pool-connections',
    seen: /^User-Agent: curl\//,
    needs: ['curl'],
    start: (folder, url, snippet) => {
      const urls = Array.from({ length: REQUESTS }, () => `-o /dev/null ${url}`)
      const [first = ''] = snippet?.split('\n') ?? []
      const mended = first.replace(/-O URL1.*/, urls.join(' '))
      return { program: 'sh', args: ['-c', snippet === null ? urls.map((one) => `curl ${one}`).join('; ') : mended], cwd: folder }
    },
  },
  {
    id: 'node',
    topic: 'stop-asking-to-close',
    needs: ['node'],
    start: (folder, url, snippet) => {
      const get = (options: string): string =>
        `await new Promise((done) => http.get(url, { ${options} }, (response) => response.resume().on('close', () => setTimeout(done, 30))))`
      const lines =
        snippet === null
          ? ["import http from 'node:http'", `for (let i = 0; i < ${REQUESTS}; i++) ${get('agent: false')}`]
          : [snippet.replace(/^http\.get.*$/m, ''), `for (let i = 0; i < ${REQUESTS}; i++) ${get('agent')}`, 'agent.destroy()']
      return { program: process.execPath, args: [write(folder, 'client.mjs', [`const url = '${url}'`, ...lines])], cwd: folder }
    },
  },
  python('requests', /^User-Agent: python-requests\//, 'requests', ['import requests', 'for url in urls: requests.get(url)']),
  python(
    'httpx',
    /^User-Agent: python-httpx\//,
    'httpx',
    ['import httpx', 'for url in urls: httpx.get(url)'],
    ['for url in urls: client.get(url)'],
  ),
  python(
    'aiohttp',
    /^User-Agent: Python\/\S+ aiohttp\//,
    'aiohttp',
    [
      'import aiohttp, asyncio',
      'async def main(urls):',
      '    for url in urls:',
      '        async with aiohttp.ClientSession() as session:',
      '            async with session.get(url) as response: await response.read()',
      'asyncio.run(main(urls))',
    ],
    ['import asyncio', 'asyncio.run(main(urls))'],
  ),
  {
    id: 'go',
    topic: 'pool-connections',
    seen: /^User-Agent: Go-http-client\//,
    needs: ['go'],
    start: (folder, url, snippet) => {
      const wrong = [
        'func get(url string) error {',
        'client := &http.Client{Transport: &http.Transport{}}',
        'resp, err := client.Get(url)',
        'if err != nil { return err }',
        'io.Copy(io.Discard, resp.Body); client.CloseIdleConnections(); return resp.Body.Close() }',
      ].join('\n')
      const call = `func main() { for i := 0; i < ${REQUESTS}; i++ { if err := get("${url}"); err != nil { panic(err) }; time.Sleep(30 * time.Millisecond) } }`
      const file = write(folder, 'main.go', ['package main', 'import ("io"; "net/http"; "time")', snippet ?? wrong, call])
      const program = join(folder, 'client')
      build('go', ['build', '-o', program, file])
      return { program, args: [], cwd: folder }
    },
  },
  {
    id: 'java',
    topic: 'pool-connections',
    seen: /^User-Agent: Java-http-client\//,
    needs: ['java', 'javac'],
    start: (folder, url, snippet) => {
      const wrong =
        'static String get(URI uri) throws Exception { return HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString()).body(); }'
      const call = main(loop(`get(URI.create("${url}")); Thread.sleep(150);`))
      return javac(folder, '.', [
        'import java.net.URI;',
        'import java.net.http.*;',
        `class Main { ${snippet ?? wrong}\n${call} }`,
      ])
    },
  },
  {
    id: 'okhttp',
    topic: 'pool-connections',
    seen: /^User-Agent: okhttp\//,
    needs: ['java', 'javac'],
    probe: ['test', '-f', '/usr/share/java/okhttp.jar'],
    start: (folder, url, snippet) => {
      const make = snippet ?? 'OkHttpClient client = null;'
      // Kept, so that the collector closes no connection.
      const each = snippet === null ? 'client = new OkHttpClient(); kept.add(client);' : ''
      const call = `${each} try (Response r = client.newCall(new Request.Builder().url("${url}").build()).execute()) { r.body().string(); } Thread.sleep(150);`
      const imports = ['import okhttp3.*;', 'import java.util.*;', 'import java.util.concurrent.*;']
      return javac(folder, OKHTTP, [
        ...imports,
        `class Main { ${main('var kept = new ArrayList<OkHttpClient>();', make, loop(call), 'System.exit(0);')} }`,
      ])
    },
  },
  {
    id: 'apache-hc',
    topic: 'pool-connections',
    seen: /^User-Agent: Apache-HttpClient\/5/,
    needs: ['java', 'javac'],
    probe: ['test', '-f', '/usr/share/java/httpclient5.jar'],
    start: (folder, url, snippet) => {
      const make = snippet ?? 'var client = HttpClients.createDefault();'
      const each = snippet === null ? 'client = HttpClients.createDefault();' : ''
      const call = `${each} client.execute(new HttpGet("${url}"), r -> { EntityUtils.consume(r.getEntity()); return null; }); Thread.sleep(150);`
      const imports = [
        'import org.apache.hc.client5.http.classic.methods.HttpGet;',
        'import org.apache.hc.client5.http.config.*;',
        'import org.apache.hc.client5.http.impl.classic.*;',
        'import org.apache.hc.client5.http.impl.io.*;',
        'import org.apache.hc.core5.http.io.entity.EntityUtils;',
        'import org.apache.hc.core5.util.TimeValue;',
      ]
      return javac(folder, HC5, [...imports, `class Main { ${main(make, loop(call))} }`])
    },
  },
  {
    id: 'ruby',
    topic: 'pool-connections',
    seen: /^User-Agent: Ruby/,
    needs: ['ruby'],
    probe: ['ruby', '-e', "require 'net/http/persistent'"],
    start: (folder, url, snippet) => {
      const once = 'response = HTTP.request(URI(url))'
      const lines =
        snippet === null
          ? ["require 'net/http'", `${REQUESTS}.times { Net::HTTP.get(URI(url)) }`]
          : [snippet, `${REQUESTS - 1}.times { ${once} }`]
      return { program: 'ruby', args: [write(folder, 'client.rb', [`url = '${url}'`, ...lines])], cwd: folder }
    },
  },
  {
    id: 'php',
    topic: 'stop-asking-to-close',
    needs: ['php'],
    probe: ['php', '-r', "exit(extension_loaded('curl') ? 0 : 1);"],
    start: (folder, url, snippet) => {
      const urls = `$urls = array_fill(0, ${REQUESTS}, '${url}');`
      const lines =
        snippet === null
          ? [`<?php ${urls} foreach ($urls as $url) file_get_contents($url);`]
          : [snippet.replace('<?php', `<?php ${urls}`)]
      return { program: 'php', args: [write(folder, 'client.php', lines)], cwd: folder }
    },
  },
]
