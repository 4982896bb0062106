/** A bar model in Chart.js's terms. */
import { BarController, BarElement, CategoryScale, Chart, LinearScale, Tooltip, type ChartConfiguration } from 'chart.js'
import { formatCompact, formatCount, formatDuration, formatPercent } from '../../shared/format'
import { endLabelsPlugin, GAP, widestLabel } from './end-labels'
import type { BarModel, Unit } from './model'
import type { Palette } from './palette'
import { tooltipStyle } from './tooltip'

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Tooltip)

export const formatValue = (unit: Unit, value: number): string =>
  unit === 'ratio' ? formatPercent(value) : unit === 'seconds' ? formatDuration(value) : formatCount(value)

const axisValue = (unit: Unit, value: number): string => (unit === 'count' ? formatCompact(value) : formatValue(unit, value))

/** `onPick` gets the index of the bar that was clicked. */
export function toChartConfig(
  model: BarModel,
  palette: Palette,
  options: { readonly animate: boolean; readonly onPick?: (index: number) => void },
): ChartConfiguration<'bar', number[], string> {
  const labelFont = `500 12px ${palette.font}`
  const ticks = { color: palette.muted, font: { family: palette.font, size: 12 } }
  const valueAxis = {
    display: !model.horizontal,
    stacked: true,
    beginAtZero: true,
    ...(model.max === null ? {} : { max: model.max }),
    border: { display: false },
    grid: { color: palette.line, drawTicks: false },
    ticks: {
      ...ticks,
      padding: 8,
      maxTicksLimit: 5,
      ...(model.unit === 'count' ? { precision: 0 } : {}),
      callback: (value: string | number) => axisValue(model.unit, Number(value)),
    },
  }
  const categoryAxis = {
    stacked: true,
    border: { display: !model.horizontal, color: palette.line },
    grid: { display: false },
    ticks: model.horizontal
      ? { ...ticks, color: palette.text, crossAlign: 'far' as const, autoSkip: false, padding: 6 }
      : { ...ticks, maxRotation: 0, autoSkipPadding: 32 },
  }
  return {
    type: 'bar',
    data: {
      labels: [...model.categories],
      datasets: model.series.map((series) => ({
        label: series.label,
        data: [...series.values],
        backgroundColor: palette.tones[series.tone],
        borderRadius: model.horizontal ? 2 : 1,
        borderSkipped: false,
        maxBarThickness: model.horizontal ? 14 : 28,
        barPercentage: model.horizontal ? 0.62 : 0.9,
        categoryPercentage: model.horizontal ? 1 : 0.94,
        minBarLength: model.horizontal && series.tone === 'avoidable' ? 2 : 0,
      })),
    },
    options: {
      indexAxis: model.horizontal ? 'y' : 'x',
      responsive: true,
      maintainAspectRatio: false,
      animation: options.animate ? { duration: 300 } : false,
      interaction: { mode: 'index', intersect: false, axis: model.horizontal ? 'y' : 'x' },
      layout: {
        padding: {
          right: model.endLabels.length > 0 ? widestLabel(model.endLabels, labelFont) + GAP + 2 : 0,
          top: model.horizontal ? 0 : 6,
        },
      },
      scales: model.horizontal ? { x: valueAxis, y: categoryAxis } : { x: categoryAxis, y: valueAxis },
      onClick: (_event, elements) => {
        const index = elements[0]?.index
        if (index !== undefined) options.onPick?.(index)
      },
      onHover: (event, elements) => {
        if (event.native?.target instanceof HTMLElement)
          event.native.target.style.cursor = options.onPick && elements.length > 0 ? 'pointer' : 'default'
      },
      plugins: {
        tooltip: {
          ...tooltipStyle(palette),
          filter: (item) => model.series[item.datasetIndex]?.tone !== 'track',
          callbacks: {
            title: (items) => model.names[items[0]?.dataIndex ?? -1] ?? '',
            label: (item) => ` ${item.dataset.label ?? ''}: ${formatValue(model.unit, Number(item.raw))}`,
          },
        },
      },
    },
    plugins:
      model.endLabels.length > 0 ? [endLabelsPlugin({ labels: model.endLabels, color: palette.text, font: labelFont })] : [],
  }
}
