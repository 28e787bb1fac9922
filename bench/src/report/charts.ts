import { CustomChart } from 'echarts/charts'
import { GridComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { formatMs } from './format.ts'

echarts.use([CustomChart, GridComponent, SVGRenderer])

/** What was measured for one line of a {@link rangeChart}. */
export interface Range {
  /** Which of the chart's lines it stands on. */
  readonly line: string
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  /** CSS colour. */
  readonly colour: string
  /** Place among several ranges of one line, and how many there are. */
  readonly lane: readonly [index: number, count: number]
}

/** A stretch of a line drawn behind the ranges: what was claimed. */
export interface Band {
  readonly line: string
  readonly lowMs: number
  readonly highMs: number
}

/** What to draw. */
export interface RangeChart {
  /** Read aloud where the picture is not seen. */
  readonly title: string
  /** From top to bottom. */
  readonly lines: readonly string[]
  readonly ranges: readonly Range[]
  readonly bands?: readonly Band[]
  readonly lineHeight: number
}

const WIDTH = 960
const LEFT = 250
const RIGHT = 90
const AXIS = 34
// Names of the page's own CSS colours, so that one picture serves light and dark.
const INK = 'var(--ink)'
const FAINT = 'var(--faint)'
const GRID = 'var(--grid)'
const BAND = 'var(--band)'
const FONT = { fontFamily: 'system-ui, sans-serif', fontSize: 13 }

/**
 * An SVG of times on a logarithmic axis: for each range a dot at p50, a tick at p95 and a line that ends at p99, with p50
 * in words. Drawn here and now by ECharts, so that the page needs neither a script nor a network.
 */
export function rangeChart(spec: RangeChart): string {
  const height = spec.lines.length * spec.lineHeight + AXIS + 10
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height })
  chart.setOption({
    animation: false,
    grid: { left: LEFT, right: RIGHT, top: 10, bottom: AXIS },
    xAxis: timeAxis(spec),
    yAxis: lineAxis(spec),
    series: [bandSeries(spec), rangeSeries(spec)],
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg.replace('<svg ', `<svg role="img" aria-label="${spec.title}" `)
}

function timeAxis({ ranges, bands = [] }: RangeChart) {
  const times = [
    ...ranges.flatMap((range) => [range.p50Ms, range.p99Ms]),
    ...bands.flatMap((band) => [band.lowMs, band.highMs]),
  ]
  return {
    type: 'log' as const,
    // Whole decades, so that each grid line is a unit a reader knows.
    min: 10 ** Math.floor(Math.log10(Math.min(...times))),
    max: 10 ** Math.ceil(Math.log10(Math.max(...times))),
    axisLabel: { ...FONT, color: FAINT, formatter: decade },
    splitLine: { lineStyle: { color: GRID } },
  }
}

function decade(ms: number): string {
  return formatMs(ms).replace(/\.0+(?= )/, '')
}

function lineAxis({ lines }: RangeChart) {
  return {
    type: 'category' as const,
    data: [...lines],
    inverse: true,
    axisLabel: { ...FONT, color: INK, width: LEFT - 16, overflow: 'truncate' as const },
    axisTick: { show: false },
    axisLine: { show: false },
  }
}

type Place = (ms: number, line: number) => readonly [x: number, y: number]

function bandSeries({ lines, bands = [], lineHeight }: RangeChart) {
  return drawn(bands, (band, place) => {
    const [x, y] = place(band.lowMs, lines.indexOf(band.line))
    const [right] = place(band.highMs, lines.indexOf(band.line))
    const height = lineHeight * 0.8
    const shape = { x: x - 2, y: y - height / 2, width: right - x + 4, height, r: 4 }
    return [{ type: 'rect' as const, shape, style: { fill: BAND } }]
  })
}

function rangeSeries({ lines, ranges, lineHeight }: RangeChart) {
  return drawn(ranges, (range, place) => {
    const [index, count] = range.lane
    const line = lines.indexOf(range.line)
    const shift = (index - (count - 1) / 2) * (lineHeight / (count + 0.6))
    const [p50, middle] = place(range.p50Ms, line)
    const [p95] = place(range.p95Ms, line)
    const [p99] = place(range.p99Ms, line)
    const y = middle + shift
    const style = { stroke: range.colour, lineWidth: 2 }
    return [
      { type: 'line' as const, shape: { x1: p50, y1: y, x2: p99, y2: y }, style },
      { type: 'line' as const, shape: { x1: p95, y1: y - 4, x2: p95, y2: y + 4 }, style },
      { type: 'circle' as const, shape: { cx: p50, cy: y, r: 5 }, style: { fill: range.colour } },
      {
        type: 'text' as const,
        style: { ...FONT, text: formatMs(range.p50Ms), x: p99 + 9, y, fill: INK, verticalAlign: 'middle' as const },
      },
    ]
  })
}

/** A series in which each of `items` is drawn by hand. */
function drawn<T>(items: readonly T[], draw: (item: T, place: Place) => readonly object[]) {
  return {
    type: 'custom' as const,
    silent: true,
    data: items.map((_, index) => [index]),
    renderItem(params: { dataIndex: number }, api: { coord(point: readonly number[]): number[] }) {
      const place: Place = (ms, line) => api.coord([ms, line]) as [number, number]
      return { type: 'group' as const, children: draw(items[params.dataIndex] as T, place) }
    },
  }
}
