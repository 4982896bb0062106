/** The help texts: 80 columns, no colour. */
import type { Topic } from './arguments'
import { METRIC_NAMES } from './fail-on'

const GENERAL = `roundtrip: which network round trips an application's connections waste, why,
and what setting fixes it

Usage:
  roundtrip audit FILE... [options]   judge the connections of captures
  roundtrip facts FILE... [options]   print what was seen, unjudged
  roundtrip what-if FILE... [options] replay under other settings
  roundtrip audit --help              the options of a command
  roundtrip --version

FILE is a packet capture (pcap or pcapng, also compressed with gzip, zstd or
lz4), a HAR, a folder for the captures in it, or - for standard input. Several
are read as one in time order. Nothing of them leaves this machine.

Exit status:
  0  done, also where the capture is damaged: diagnostics say so
  1  a --fail-on condition was met
  2  the arguments are wrong, or the input cannot be read at all
  3  no --fail-on condition was met, but the capture does not tell one of them
`

const COMMON = `  --keylog FILE    TLS secrets (SSLKEYLOGFILE format) to read what is encrypted;
                   shop.keylog beside shop.pcap is found by itself
  -o, --out PATH   write there, and only once it is complete; - is stdout.
                   Its extension names the format where --format does not
  --progress       progress as lines on stderr where that is no terminal
  -h, --help       this text
`

const FACTS = `roundtrip facts: what a capture holds, before any judgement

Usage:
  roundtrip facts FILE... [--keylog FILE] [--format json|ndjson] [--out PATH]

Options:
  -f, --format     json (default): one document, schema roundtrip.facts/1
                   ndjson: an object a line, told apart by "type"
${COMMON}
Example:
  roundtrip facts shop.pcapng -f ndjson | grep '"type":"connection"' | wc -l
`

function wrapped(words: readonly string[], indent: string): string {
  const lines: string[] = []
  let line = indent
  for (const word of words) {
    if (line.length + word.length + 1 > 78) {
      lines.push(line.trimEnd())
      line = indent
    }
    line += `${word} `
  }
  return [...lines, line.trimEnd()].join('\n')
}

const AUDIT = `roundtrip audit: how often connections are reused, what the rest costs, and
what to change

Usage:
  roundtrip audit FILE... [--format text|json|html|pdf|markdown|csv]
                          [--keylog FILE] [--out PATH] [--fail-on COND]...

Options:
  -f, --format     text (default), json (schema roundtrip.audit/1), html, pdf,
                   markdown, or csv: the connections with their verdicts
                   A pdf goes to FILE.audit.pdf here unless --out says where
  --fail-on COND   exit with 1 if the condition holds, with 3 if the capture
                   does not tell: NAME OPERATOR NUMBER, in quotes. May be given
                   more than once. The operators are
                   < <= > >= = !=, the names
${wrapped(METRIC_NAMES, '                     ')}
${COMMON}
Examples:
  roundtrip audit shop.pcapng
  roundtrip audit shop.pcapng --out shop.html
  roundtrip audit /var/log/ring
  ssh gateway tcpdump -c 100000 -w - tcp | roundtrip audit -
  roundtrip audit shop.pcapng --fail-on 'avoidable>0' --fail-on 'reuse<80%'
`

const WHAT_IF = `roundtrip what-if: what another setting would have done on this very traffic

Usage:
  roundtrip what-if FILE... [--origin ORIGIN] [--idle-timeout S]
                            [--max-requests N] [--pool-size N] ...

Replays the requests of a capture under other settings. First it has to open as
many connections as were opened, at the settings the traffic shows; where it is
more than 5% off it says so, and predicts nothing. Settings that are not named
stay as captured.

Options:
  --origin ORIGIN  only this origin's connections, named as the audit names it
  --idle-timeout S seconds an idle connection is kept, or unlimited
  --timeout-of WHO who keeps it that long: server (default), client or both
  --max-requests N requests a connection carries, or unlimited
  --pool-size N    connections a client may use at once; others wait
  --protocol P     http/1.1 or h2
  --resumption R   on or off: whether TLS sessions are resumed
  -f, --format     text (default) or json (schema roundtrip.what-if/1)
${COMMON}
Examples:
  roundtrip what-if shop.pcapng
  roundtrip what-if shop.pcapng --idle-timeout 75
  roundtrip what-if shop.pcapng --origin http://shop.example --protocol h2
`

const TEXTS: Readonly<Record<Topic, string>> = { roundtrip: GENERAL, facts: FACTS, audit: AUDIT, 'what-if': WHAT_IF }

export const helpText = (topic: Topic): string => TEXTS[topic]
