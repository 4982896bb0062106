/** Captures and diagnostics as both JSON formats have them. */
import type { CaptureFact, Diagnostic } from '../../../shared/model/facts'
import { epochText, type Nanos, type TimeBase } from '../../../shared/units'

/** An instant as the contract writes it; null where there is none. */
export function timeText(base: TimeBase, at: Nanos | null): string | null {
  return at === null ? null : epochText(base, at)
}

export function captureJson(capture: CaptureFact): object {
  return {
    file: capture.file,
    format: capture.format,
    compression: capture.compression,
    packets: capture.packets,
    linkTypes: capture.linkTypes,
    firstTime: timeText(capture.timeBase, capture.firstAt),
    lastTime: timeText(capture.timeBase, capture.lastAt),
    truncated: capture.truncated,
    dropped: capture.dropped ?? null,
    size: capture.size,
  }
}

export function diagnosticJson(diagnostic: Diagnostic): object {
  return {
    severity: diagnostic.severity,
    code: diagnostic.code,
    packet: diagnostic.packet,
    offset: diagnostic.offset,
    message: diagnostic.message,
    count: diagnostic.count,
  }
}
