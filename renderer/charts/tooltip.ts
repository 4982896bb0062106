import type { Palette } from './palette'

/** How every chart's tooltip looks. */
export const tooltipStyle = (palette: Palette) => ({
  backgroundColor: palette.panel,
  titleColor: palette.text,
  bodyColor: palette.text,
  borderColor: palette.line,
  borderWidth: 1,
  padding: 8,
  boxWidth: 8,
  boxHeight: 8,
  boxPadding: 4,
  cornerRadius: 6,
  titleFont: { family: palette.font, size: 12, weight: 600 },
  bodyFont: { family: palette.font, size: 12 },
})
