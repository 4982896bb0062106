/** Chart.js plugin: a text at the end of each horizontal bar, where a value axis would only make people measure. */
import type { Chart, Plugin } from 'chart.js'

export interface EndLabelOptions {
  readonly labels: readonly string[]
  readonly color: string
  readonly font: string
}

export const GAP = 8

export function endLabelsPlugin(options: EndLabelOptions): Plugin<'bar'> {
  return {
    id: 'endLabels',
    afterDatasetsDraw(chart: Chart<'bar'>) {
      const { ctx } = chart
      const last = chart.getDatasetMeta(chart.data.datasets.length - 1)
      ctx.save()
      ctx.font = options.font
      ctx.fillStyle = options.color
      ctx.textBaseline = 'middle'
      last.data.forEach((bar, index) => {
        const label = options.labels[index]
        if (label !== undefined) ctx.fillText(label, bar.x + GAP, bar.y)
      })
      ctx.restore()
    },
  }
}

/** Room the longest label needs to the right of the bars. */
export function widestLabel(labels: readonly string[], font: string): number {
  const context = document.createElement('canvas').getContext('2d')
  if (context === null) return 0
  context.font = font
  return Math.ceil(Math.max(0, ...labels.map((label) => context.measureText(label).width)))
}
