/** What the servers have to give: small files, a page with twelve scripts, and a certificate for a.test. */
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

export function site(work) {
  const put = (name, text) => {
    fs.mkdirSync(path.dirname(path.join(work, name)), { recursive: true })
    fs.writeFileSync(path.join(work, name), text)
  }
  for (let i = 0; i <= 60; i++) put(`www/f${i}`, `hello ${i}\n`)
  const scripts = Array.from({ length: 12 }, (_, i) => `s${i}.js`)
  scripts.forEach((name, i) => put(`www/page2/${name}`, `${i}\n`))
  const page = fs.readFileSync(path.join(import.meta.dirname, 'configurations', 'page.html'), 'utf8')
  put('www/page2/index.html', page.replace('SCRIPTS', scripts.map((name) => `<script src="${name}"></script>`).join('')))

  put('cert/names', 'subjectAltName=DNS:a.test\nextendedKeyUsage=serverAuth\n')
  const openssl = (args) => execFileSync('openssl', args.split(' '), { cwd: path.join(work, 'cert'), stdio: 'pipe' })
  const key = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
  openssl(`req -x509 ${key} -days 30 -subj /CN=testca -keyout ca.key -out ca.crt`)
  openssl(`req ${key} -subj /CN=a.test -keyout server.key -out server.csr`)
  openssl('x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -extfile names -out server.crt')
  const [server, ca, secret] = ['server.crt', 'ca.crt', 'server.key'].map((name) =>
    fs.readFileSync(path.join(work, 'cert', name)),
  )
  put('cert/chain.crt', Buffer.concat([server, ca]))
  put('cert/haproxy.pem', Buffer.concat([server, ca, secret]))
}
