import { describe, expect, it } from 'vitest'
import { auditCsv, csvCell } from './csv'
import { auditOf, row, SUMMARY, written } from './testing/fixture'

describe('cells', () => {
  it.each([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ["=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"],
    ['+1+1', "'+1+1"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['  =1', "'  =1"],
    ['\t=1', "'\ufffd=1"],
    ['\r=1', "'\ufffd=1"],
    ['＝1', "'＝1"],
    ['=1,"2"', '"\'=1,""2"""'],
    ['a\u001b[31mb\r\nc', 'a\ufffd[31mb\ufffd\ufffdc'],
  ])('%j is %j', (value, cell) => {
    expect(csvCell(value)).toBe(cell)
  })

  it('leaves numbers alone and nothing for null', () => {
    expect([csvCell(-2), csvCell(0.0205), csvCell(null), csvCell(false)]).toEqual(['-2', '0.0205', '', 'false'])
  })
})

describe('the connections as CSV', () => {
  it('has a header and a line a connection, ended by CRLF', async () => {
    const lines = (await written(auditCsv(auditOf()))).split('\r\n')
    expect(lines[0]).toBe(
      'id,client_ip,client_port,server_ip,server_port,origin,application,opened_at_s,duration_s,exchanges,bytes,rtt_s,' +
        'verdict,cause,setup_round_trips,setup_s,closed_by,closed_how,estimated,estimated_turns,min_rtt_s,needed_with_http2',
    )
    expect(lines[1]).toBe(
      '1,10.0.0.2,49324,10.0.0.1,80,http://shop.example,http/1,0.5,0.041,1,512,0.0204,avoidable,keepalive-disabled,1,0.0205,server,fin,false,,0.0201,',
    )
    expect(lines.slice(2)).toEqual([''])
  })

  it('goes through every page', async () => {
    const rows = Array.from({ length: 1203 }, (_, id) => row({ id }))
    const lines = (await written(auditCsv(auditOf(SUMMARY, rows)))).trimEnd().split('\r\n').slice(1)
    expect(lines.map((line) => Number(line.split(',')[0]))).toEqual(rows.map(({ id }) => id))
  })
})
