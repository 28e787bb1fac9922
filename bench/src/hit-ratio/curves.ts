import { LineChart } from 'echarts/charts'
import { GridComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import type { Cell, RatioId } from './cell.ts'

echarts.use([LineChart, GridComponent, SVGRenderer])

/** How the line of a cache is drawn. */
export interface Stroke {
  readonly id: RatioId
  /** CSS colour. */
  readonly colour: string
  readonly dashed?: boolean
}

/** The lines of a picture, those drawn last on top. */
export const STROKES: readonly Stroke[] = [
  { id: 'optimum', colour: 'var(--faint)', dashed: true },
  { id: 'sieve', colour: 'var(--c4)' },
  { id: 'lru-cache', colour: 'var(--c2)' },
  { id: 'caffeine', colour: 'var(--c1)' },
  { id: 'tinylfu', colour: 'var(--c0)' },
]

const WIDTH = 310
const HEIGHT = 190
const FONT = { fontFamily: 'system-ui, sans-serif', fontSize: 11, color: 'var(--faint)' }

/** An SVG of hit ratios in percent at each capacity, for the cells of one trace. Drawn here and now by ECharts. */
export function curves(title: string, cells: readonly Cell[]): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT })
  const splitLine = { lineStyle: { color: 'var(--grid)' } }
  chart.setOption({
    animation: false,
    grid: { left: 34, right: 14, top: 10, bottom: 22 },
    xAxis: {
      // Each capacity is two and a half to four times the one before: steps of one width come near a logarithmic axis.
      type: 'category',
      boundaryGap: false,
      data: cells.map(({ capacity }) => formatEntries(capacity)),
      axisLabel: { ...FONT, interval: 0 },
      axisTick: { show: false },
      axisLine: splitLine,
    },
    yAxis: { type: 'value', min: 0, max: 100, interval: 25, axisLabel: FONT, splitLine },
    series: STROKES.map((stroke) => line(stroke, cells)),
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg.replace('<svg ', `<svg role="img" aria-label="${title}" `)
}

function formatEntries(entries: number): string {
  if (entries >= 999_500) return `${(entries / 1e6).toPrecision(2)}M`
  return entries >= 1000 ? `${Number((entries / 1000).toPrecision(entries < 9950 ? 2 : 3))}k` : String(entries)
}

function line({ id, colour, dashed = false }: Stroke, cells: readonly Cell[]) {
  return {
    type: 'line' as const,
    silent: true,
    symbol: 'circle',
    symbolSize: dashed ? 0 : 4,
    itemStyle: { color: colour },
    lineStyle: { color: colour, width: 1.6, type: dashed ? ('dashed' as const) : ('solid' as const) },
    data: cells.map(({ ratios: { [id]: ratio } }) => (ratio === undefined ? '-' : ratio * 100)),
  }
}
