#!/usr/bin/env node
/**
 * Compares samples/expected.json with independent readings of samples/shop.pcapng: tshark's, and, if given, an audit's.
 * Usage: node scripts/sample/check-sample.mjs [AUDIT.json]
 * AUDIT.json is the output of `roundtrip audit samples/shop.pcapng --format json`. Ends with 1 when anything differs.
 */
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

const samples = path.join(import.meta.dirname, '..', '..', 'samples')
const expected = JSON.parse(fs.readFileSync(path.join(samples, 'expected.json'), 'utf8'))
const differences = []

function same(what, found, wanted) {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) {
    differences.push(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`)
  }
}

function tshark(filter, ...fields) {
  const names = fields.flatMap((field) => ['-e', field])
  const argv = ['-r', path.join(samples, 'shop.pcapng'), '-Y', filter, '-T', 'fields', ...names]
  const lines = execFileSync('tshark', argv, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')
  return lines.filter(Boolean).map((line) => line.split('\t'))
}

function compareWithTshark() {
  const syns = tshark('tcp.flags.syn==1 && tcp.flags.ack==0', 'ip.dst', 'tcp.stream')
  const requests = tshark('http.request', 'ip.dst', 'tcp.stream')
  const responses = tshark('http.response', 'ip.src', 'tcp.stream')
  for (const row of expected.origins) {
    const ip = row.address.split(':')[0]
    const streams = (rows) => rows.filter(([address]) => address === ip).map(([, stream]) => stream)
    const used = new Set(streams(responses)).size
    same(`tshark ${ip} connections`, new Set(streams(syns)).size, row.connections)
    same(`tshark ${ip} connections with requests`, new Set(streams(requests)).size, row.connectionsWithRequests)
    same(`tshark ${ip} requests`, streams(requests).length, row.requestsAnswered + row.requestsLost)
    same(`tshark ${ip} responses`, streams(responses).length, row.requestsAnswered)
    same(`tshark ${ip} reused`, streams(responses).length - used, row.requestsReused)
  }
}

function compareWithAudit(audit) {
  const { totals } = expected
  same('audit races', audit.races.filter((race) => race.kind === 'seen').length, expected.races)
  compareTotals('audit totals', audit.totals, totals)
  for (const row of expected.origins) {
    const found = audit.origins.find((origin) => origin.origin === row.origin)
    if (!found) {
      differences.push(`audit: no origin ${row.origin}`)
      continue
    }
    compareTotals(`audit ${row.origin}`, found, row)
    const counts = Object.entries(found.causes).filter(([, count]) => count > 0)
    same(`audit ${row.origin} causes`, Object.fromEntries(counts.sort()), Object.fromEntries(Object.entries(row.causes).sort()))
  }
}

/** An audit counts the lost requests as exchanges, and as reused ones: they went out on a kept connection. */
function compareTotals(what, found, wanted) {
  same(`${what} connections`, found.connections, wanted.connections)
  same(`${what} connections with exchanges`, found.connectionsWithExchanges, wanted.connectionsWithRequests)
  same(`${what} exchanges`, found.exchanges, wanted.requestsAnswered + wanted.requestsLost)
  same(`${what} reused exchanges`, found.reusedExchanges, wanted.requestsReused + wanted.requestsLost)
  same(`${what} avoidable`, found.avoidable, wanted.avoidable)
  same(`${what} wasted round trips`, found.wastedRoundTrips, wanted.wastedRoundTrips)
}

compareWithTshark()
const [auditFile] = process.argv.slice(2)
if (auditFile) compareWithAudit(JSON.parse(fs.readFileSync(auditFile, 'utf8')))
for (const difference of differences) console.log(difference)
console.log(differences.length === 0 ? 'No differences.' : `${differences.length} differences.`)
process.exitCode = differences.length === 0 ? 0 : 1
