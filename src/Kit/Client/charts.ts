import { BarChart, LineChart, SankeyChart } from 'echarts/charts'
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { type EChartsCoreOption, getInstanceByDom, init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

use([BarChart, LineChart, SankeyChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer])

interface FlowNode { name: string, tone: number, people: string }

interface Flow { from: number, to: number, people: number, says: string, kind: 'forward' | 'cool' | 'back', href: string }

/** Stages on both sides, with what went from one to another between them. Texts and hrefs come from the server. */
interface Flows { kind: 'flows', from: FlowNode[], to: FlowNode[], flows: Flow[] }

/** Values by label. */
interface Lines { kind: 'lines', isBars?: boolean, labels: string[], series: { name: string, values: (number | null)[], quiet?: boolean }[], says: string[][], isNamed?: boolean }

type Spec = Flows | Lines

const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

// Addresses begin at the program's own root; what a proxy puts before it stands in the page.
const base = (document.querySelector<HTMLScriptElement>('script[data-base]')?.dataset.base ?? '/').replace(/\/$/, '')

/** Draws the chart whose data stands in the JSON beside the place, and again whenever the theme or the width changes. */
export function draw(place: HTMLElement): void {
  const data = document.getElementById(place.dataset.chart ?? '')
  if (!data?.textContent || getInstanceByDom(place)) {
    return
  }
  const spec = JSON.parse(data.textContent) as Spec
  const redraw = (): void => {
    getInstanceByDom(place)?.dispose()
    if (place.clientWidth === 0) {
      return
    }
    const chart = init(place, null, { renderer: 'canvas' })
    chart.setOption({ ...common(), ...(spec.kind === 'flows' ? flows(spec, place.clientWidth) : lines(spec)) })
    chart.on('click', (event) => {
      const href = (event.data as { href?: string } | undefined)?.href
      if (href) {
        location.assign(base + href)
      }
    })
  }
  redraw()
  let width = place.clientWidth
  new ResizeObserver(() => {
    if (place.clientWidth !== width) {
      width = place.clientWidth
      redraw()
    }
  }).observe(place)
  addEventListener('themechange', redraw)
}

// Tooltips are drawn into the canvas: an HTML tooltip needs inline styles, and the page allows none.
function common(): EChartsCoreOption {
  return {
    animation: false,
    textStyle: { fontFamily: token('--c-font'), fontSize: 12, color: token('--c-ink-2') },
    tooltip: {
      renderMode: 'richText', confine: true, padding: [8, 10], backgroundColor: token('--c-surface'), borderColor: token('--c-line-2'),
      textStyle: { color: token('--c-ink'), fontSize: 12.5 },
    },
  }
}

function flows(spec: Flows, width: number): EChartsCoreOption {
  const colour = { forward: token('--flow-forward'), cool: token('--flow-cool'), back: token('--flow-back') }
  const margin = Math.min(116, width * 0.3)
  const node = (side: 'a' | 'b', one: FlowNode, index: number) => ({
    name: side + index,
    depth: side === 'a' ? 0 : 1,
    itemStyle: { color: token(`--stage-${one.tone}`) },
    label: {
      position: side === 'a' ? 'left' : 'right',
      align: side === 'a' ? 'right' : 'left',
      width: margin - 8,
      overflow: 'truncate',
      formatter: `{n|${one.name}}\n{v|${one.people}}`,
      rich: {
        n: { color: token(`--stage-${one.tone}`), fontSize: 12, lineHeight: 17, fontWeight: 600 },
        v: { color: token('--c-ink'), fontSize: 12.5, lineHeight: 17 },
      },
    },
  })
  return {
    series: [{
      type: 'sankey', left: margin, right: margin, top: 20, bottom: 22, nodeWidth: 8, nodeGap: 34, layoutIterations: 0, draggable: false,
      emphasis: { focus: 'adjacency' },
      lineStyle: { opacity: 0.42, curveness: 0.5 },
      tooltip: { formatter: (one: { dataType: string, data: { says?: string } }) => (one.dataType === 'edge' ? one.data.says ?? '' : '') },
      data: [...spec.from.map((one, i) => node('a', one, i)), ...spec.to.map((one, i) => node('b', one, i))],
      links: spec.flows.map((flow) => ({
        source: `a${flow.from}`, target: `b${flow.to}`, value: flow.people, says: flow.says, href: flow.href, lineStyle: { color: colour[flow.kind] },
      })),
    }],
  }
}

const lineTokens = ['--chart-1', '--chart-2', '--c-good', '--c-bad', '--c-ink-3', '--c-warn', '--c-accent', '--c-ink']

function lines(spec: Lines): EChartsCoreOption {
  const label = { color: token('--chart-axis'), fontSize: 12 }
  const isNamed = spec.series.length > (spec.isNamed ? 1 : 2)
  return {
    grid: { left: 8, right: 16, top: isNamed ? 34 : 12, bottom: 4, containLabel: true },
    tooltip: { ...(common().tooltip as object), trigger: 'axis', formatter: (points: { dataIndex: number }[]) => (spec.says[points[0]?.dataIndex ?? 0] ?? []).join('\n') },
    xAxis: { type: 'category', data: spec.labels, boundaryGap: spec.isBars === true, axisTick: { show: false }, axisLine: { lineStyle: { color: token('--c-line-2') } }, axisLabel: label },
    yAxis: { type: 'value', scale: !spec.isBars, splitNumber: 4, axisLabel: label, splitLine: { lineStyle: { color: token('--chart-grid') } } },
    legend: isNamed ? { type: 'scroll', top: 0, icon: 'roundRect', itemHeight: 8, textStyle: { color: token('--c-ink-2') }, pageTextStyle: { color: token('--c-ink-2') } } : undefined,
    series: spec.series.map((one, i) => {
      const color = one.quiet ? token('--c-line-2') : token(lineTokens[i % lineTokens.length] ?? '--chart-1')
      if (spec.isBars) {
        return { type: 'bar', name: one.name, data: one.values, barMaxWidth: 26, emphasis: { disabled: true }, itemStyle: { color, borderRadius: [2, 2, 0, 0] } }
      }
      // A lone value between gaps is a point, or it would not be seen.
      return { type: 'line', name: one.name, data: one.values, showSymbol: one.values.length < 3, symbol: 'circle', symbolSize: 6, emphasis: { disabled: true }, lineStyle: { width: 2, color }, itemStyle: { color } }
    }),
  }
}
