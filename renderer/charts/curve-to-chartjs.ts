/** A curve model in Chart.js's terms. */
import {
  Chart,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Tooltip,
  type ChartConfiguration,
  type Plugin,
} from 'chart.js'
import { formatCompact, formatCount, formatDuration, timeStep } from '../../shared/format'
import type { CurveModel } from './curve-model'
import type { Palette } from './palette'
import { tooltipStyle } from './tooltip'

Chart.register(LineController, LineElement, PointElement, LinearScale, LogarithmicScale, Tooltip)

/** Time-outs that are named on the axis, in seconds. */
const NAMED = [0.1, 1, 5, 15, 60, 300, 900, 3600]

export function toCurveConfig(model: CurveModel, palette: Palette): ChartConfiguration<'line', { x: number; y: number }[]> {
  const ticks = { color: palette.muted, font: { family: palette.font, size: 12 } }
  const points = (values: readonly number[]) => model.x.map((x, i) => ({ x, y: values[i] ?? 0 }))
  const line = { borderWidth: 2, pointRadius: 0, pointHitRadius: 8, pointHoverRadius: 3, tension: 0 }
  const axis = { beginAtZero: true, border: { display: false } }
  return {
    type: 'line',
    data: {
      datasets: [
        {
          ...line,
          label: model.left.label,
          data: points(model.left.values),
          yAxisID: 'y',
          borderColor: palette.tones.needed,
          backgroundColor: palette.tones.needed,
        },
        {
          ...line,
          label: model.right.label,
          data: points(model.right.values),
          yAxisID: 'right',
          borderColor: palette.tones.unjudged,
          backgroundColor: palette.tones.unjudged,
          borderDash: [5, 4],
        },
      ],
    },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      animation: false,
      interaction: { mode: 'index', intersect: false, axis: 'x' },
      layout: { padding: { top: 22 } },
      scales: {
        x: {
          type: 'logarithmic',
          min: model.x[0] ?? 0.1,
          max: model.x.at(-1) ?? 3600,
          border: { display: true, color: palette.line },
          grid: { display: false },
          afterBuildTicks: (scale) => {
            scale.ticks = NAMED.filter((value) => value >= scale.min && value <= scale.max).map((value) => ({ value }))
          },
          ticks: { ...ticks, maxRotation: 0, callback: (value) => shortDuration(Number(value)) },
        },
        y: {
          ...axis,
          grid: { color: palette.line, drawTicks: false },
          ticks: { ...ticks, padding: 8, maxTicksLimit: 5, precision: 0, callback: (value) => formatCompact(Number(value)) },
        },
        right: {
          ...axis,
          position: 'right',
          grid: { display: false },
          ticks: {
            ...ticks,
            padding: 8,
            stepSize: timeStep(Math.max(0, ...model.right.values)),
            callback: (value) => (Number(value) === 0 ? '0' : formatDuration(Number(value))),
          },
        },
      },
      plugins: {
        tooltip: {
          ...tooltipStyle(palette),
          callbacks: {
            title: (items) => `Time-out ${formatDuration(items[0]?.parsed.x ?? null)}`,
            label: (item) =>
              ` ${item.dataset.label ?? ''}: ${item.datasetIndex === 0 ? formatCount(item.parsed.y) : formatDuration(item.parsed.y)}`,
          },
        },
      },
    },
    plugins: [marks(model, palette)],
  }
}

const shortDuration = (seconds: number): string =>
  seconds >= 3600
    ? `${seconds / 3600} h`
    : seconds >= 60
      ? `${seconds / 60} min`
      : seconds >= 1
        ? `${seconds} s`
        : `${seconds * 1000} ms`

/** Upright lines with their labels, and a veil over what the capture cannot tell. */
function marks(model: CurveModel, palette: Palette): Plugin<'line'> {
  return {
    id: 'marks',
    afterDatasetsDraw({ ctx, chartArea: { top, bottom, left, right }, scales: { x } }) {
      if (x === undefined) return
      ctx.save()
      ctx.font = `500 11px ${palette.font}`
      ctx.textBaseline = 'bottom'
      const veil = Math.max(left, Math.min(right, x.getPixelForValue(model.knownUntil)))
      if (veil < right) {
        ctx.globalAlpha = 0.72
        ctx.fillStyle = palette.panel
        ctx.fillRect(veil, top, right - veil, bottom - top)
        ctx.globalAlpha = 1
        ctx.strokeStyle = palette.line
        ctx.setLineDash([3, 3])
        ctx.strokeRect(veil, top, right - veil, bottom - top)
        ctx.fillStyle = palette.muted
        ctx.textAlign = 'center'
        const width = right - veil
        if (ctx.measureText(model.unknownLabel).width + 8 < width) ctx.fillText(model.unknownLabel, veil + width / 2, bottom - 6)
      }
      let taken = -Infinity
      for (const mark of [...model.marks].sort((a, b) => a.at - b.at)) {
        const at = x.getPixelForValue(mark.at)
        if (!(at >= left && at <= right)) continue
        ctx.setLineDash(mark.tone === 'needed' ? [] : [4, 3])
        ctx.strokeStyle = palette.tones[mark.tone]
        ctx.lineWidth = 1.5
        ctx.beginPath()
        ctx.moveTo(at, top - 2)
        ctx.lineTo(at, bottom)
        ctx.stroke()
        const half = ctx.measureText(mark.label).width / 2
        const middle = Math.min(Math.max(at, left + half), right - half)
        ctx.fillStyle = palette.text
        ctx.textAlign = 'center'
        // Two that are close stand one above the other.
        const above = middle - half < taken
        ctx.fillText(mark.label, middle, top - (above ? 12 : 3))
        taken = middle + half + 6
      }
      ctx.restore()
    },
  }
}
