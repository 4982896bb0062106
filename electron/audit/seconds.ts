/** Seconds for a sentence: two digits below ten seconds ("0.35 s", "50 ms"), whole ones above ("75 s"). */
export const inSeconds = (s: number): string =>
  s > 0 && s < 0.1 ? `${Number((s * 1000).toPrecision(2))} ms` : `${s >= 10 ? Math.round(s) : Number(s.toPrecision(2))} s`
