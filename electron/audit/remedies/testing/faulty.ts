/** Configurations with a fault, and with a printed remedy in the fault's place. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { apacheConfiguration } from './configurations'

export interface Fault {
  readonly port: number
  readonly settings: string
  /** Put where the settings were; absent while the fault is there. */
  readonly remedy?: string
  /** A file with a certificate and its key: TLS is spoken. */
  readonly certificate?: string
}

interface Server {
  readonly program: string
  readonly args: readonly string[]
}

const settingsOf = ({ settings, remedy }: Fault): string => remedy ?? settings

export function nginxServer(folder: string, faults: readonly Fault[]): Server {
  const file = join(folder, 'nginx.conf')
  const servers = faults.map((fault) => {
    const { port, certificate } = fault
    const tls = certificate === undefined ? '' : `ssl_certificate ${certificate}; ssl_certificate_key ${certificate};`
    return `server { listen 127.0.0.1:${port}${tls === '' ? '' : ' ssl'}; root ${folder}; ${tls}\n${settingsOf(fault)}\n}`
  })
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ')
  writeFileSync(
    file,
    `daemon off; user root; pid ${folder}/nginx.pid; error_log ${folder}/nginx-error.log;\nevents { }\nhttp { access_log off; ${paths}\n${servers.join('\n')}\n}\n`,
  )
  return { program: 'nginx', args: ['-p', folder, '-c', file] }
}

export function apacheServer(folder: string, faults: readonly Fault[]): Server {
  const file = join(folder, 'apache.conf')
  const hosts = faults.map((fault) => {
    const { port, certificate } = fault
    const tls = certificate === undefined ? '' : `SSLEngine on\nSSLCertificateFile ${certificate}\n`
    return `Listen 127.0.0.1:${port}\n<VirtualHost 127.0.0.1:${port}>\n${tls}${settingsOf(fault)}\n</VirtualHost>`
  })
  // Ports below are the hosts' own: the one for all is never asked.
  const text = apacheConfiguration(hosts.join('\n'), { listen: null })
  writeFileSync(file, text.replaceAll('FOLDER', folder))
  return { program: 'apache2', args: ['-D', 'FOREGROUND', '-f', file] }
}

/** HAProxy's remedies are lines of a section: they go into the section of that name. */
export function haproxyServer(folder: string, faults: readonly Fault[]): Server {
  const file = join(folder, 'haproxy.cfg')
  const sections = faults.map(({ port, settings, remedy }) => {
    const [head, ...lines] = (remedy ?? `defaults\n    ${settings}`).split('\n')
    if (head !== 'defaults') throw new Error(`a snippet for ${head}`)
    return [
      'defaults',
      '    mode http',
      '    timeout connect 5s\n    timeout client 30s\n    timeout server 30s\n    timeout http-request 30s',
      ...lines,
      `frontend at${port}`,
      `    bind 127.0.0.1:${port}`,
      '    http-request return status 200 content-type text/plain string "hello"',
    ].join('\n')
  })
  writeFileSync(file, `${sections.join('\n')}\n`)
  return { program: 'haproxy', args: ['-db', '-f', file] }
}
