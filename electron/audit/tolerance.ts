const SECOND = 1e9

/** How far two durations may lie apart and still be called equal: ± 10 % or 0.5 s; below two seconds a quarter, since there 0.5 s would match anything. */
export const tolerance = (gap: number): number => Math.max(gap * 0.1, Math.min(0.5 * SECOND, gap * 0.25))
