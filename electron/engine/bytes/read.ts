/**
 * Unsigned integers out of bytes. The caller has checked the bounds; an index outside reads as 0, as `undefined | 0`
 * is, so that a decoder with a wrong length stays harmless. Plain functions: V8 inlines them in the hot loops.
 */
export const u8 = (b: Uint8Array, o: number): number => b[o] as number

export const u16be = (b: Uint8Array, o: number): number => ((b[o] as number) << 8) | (b[o + 1] as number)

export const u16le = (b: Uint8Array, o: number): number => ((b[o + 1] as number) << 8) | (b[o] as number)

export const u24be = (b: Uint8Array, o: number): number =>
  ((b[o] as number) << 16) | ((b[o + 1] as number) << 8) | (b[o + 2] as number)

export const u32be = (b: Uint8Array, o: number): number =>
  (((b[o] as number) << 24) | ((b[o + 1] as number) << 16) | ((b[o + 2] as number) << 8) | (b[o + 3] as number)) >>> 0

export const u32le = (b: Uint8Array, o: number): number =>
  (((b[o + 3] as number) << 24) | ((b[o + 2] as number) << 16) | ((b[o + 1] as number) << 8) | (b[o] as number)) >>> 0
