/** pcap-parser 0.2.1 ships no types: what the differential test uses of it. */
declare module 'pcap-parser' {
  import type { EventEmitter } from 'node:events'
  import type { Readable } from 'node:stream'

  export interface PacketHeader {
    readonly timestampSeconds: number
    readonly timestampMicroseconds: number
    readonly capturedLength: number
    readonly originalLength: number
  }
  /** Emits 'packet' { header, data } for each packet, then 'end'; 'error' for what it cannot read. */
  export function parse(input: string | Readable): EventEmitter
}
