/**
 * The colours that carry meaning, shared by the window's charts and the report: needed is blue-green, avoidable is
 * amber to red, what was not judged is grey; the parts of a connection's setup are blue and violet. On white each of the light ones has a contrast of at least 3 : 1 as a
 * graphic (WCAG 2.2, 1.4.11), and each `text` one at least 4.5 : 1 as text; likewise the dark ones on #0b1220.
 */
export interface Tone {
  readonly fill: string
  readonly text: string
  readonly tint: string
}

export interface Palette {
  readonly needed: Tone
  readonly avoidable: Tone
  readonly critical: Tone
  readonly notJudged: Tone
  /** The parts of connection setup. */
  readonly tcp: Tone
  readonly tls: Tone
}

export const LIGHT_PALETTE: Palette = {
  needed: { fill: '#0f8a8a', text: '#0b6b6b', tint: '#e3f3f2' },
  avoidable: { fill: '#d9770b', text: '#9a4a05', tint: '#fdf1e0' },
  critical: { fill: '#c8321f', text: '#a82515', tint: '#fdeae7' },
  notJudged: { fill: '#8591a3', text: '#56616f', tint: '#eef1f4' },
  tcp: { fill: '#2f6fb3', text: '#245a94', tint: '#e6eff8' },
  tls: { fill: '#7a5bb5', text: '#64479c', tint: '#f0ebf8' },
}

export const DARK_PALETTE: Palette = {
  needed: { fill: '#2cb5b0', text: '#5ed1cb', tint: '#0d2f33' },
  avoidable: { fill: '#f0982e', text: '#f7b863', tint: '#3a2408' },
  critical: { fill: '#f0604c', text: '#f98b7b', tint: '#3c1512' },
  notJudged: { fill: '#7c8898', text: '#a3adba', tint: '#1d2633' },
  tcp: { fill: '#5a9ee6', text: '#8cbcf0', tint: '#10263f' },
  tls: { fill: '#a98be0', text: '#c4aeed', tint: '#281d40' },
}
