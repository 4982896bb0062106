/**
 * Unsigned integers out of bytes. The caller has checked the bounds; an index outside reads as 0, as `undefined | 0`
 * is, so that a decoder with a wrong length stays harmless. Plain functions: V8 inlines them in the hot loops.
 */
export const u8 = (b: Uint8Array, o: number): number => b[o]!

export const u16be = (b: Uint8Array, o: number): number => (b[o]! << 8) | b[o + 1]!

export const u16le = (b: Uint8Array, o: number): number => (b[o + 1]! << 8) | b[o]!

export const u24be = (b: Uint8Array, o: number): number => (b[o]! << 16) | (b[o + 1]! << 8) | b[o + 2]!

export const u32be = (b: Uint8Array, o: number): number =>
  ((b[o]! << 24) | (b[o + 1]! << 16) | (b[o + 2]! << 8) | b[o + 3]!) >>> 0

export const u32le = (b: Uint8Array, o: number): number =>
  ((b[o + 3]! << 24) | (b[o + 2]! << 16) | (b[o + 1]! << 8) | b[o]!) >>> 0
