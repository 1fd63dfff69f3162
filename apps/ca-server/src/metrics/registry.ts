import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { METRICS, type MetricName, type MetricRow } from './metric-table.ts'

type Labels = Readonly<Record<string, string>>

/** The metrics of one server, by the names of the table. */
export interface MetricRegistry {
  readonly count: (name: MetricName, labels?: Labels) => void
  readonly observe: (name: MetricName, value: number, labels?: Labels) => void
  /** Takes the place of what the gauge said before, under all its labels. */
  readonly set: (name: MetricName, values: readonly (readonly [Labels, number])[]) => void
  /** The text format of Prometheus. */
  readonly render: () => Promise<string>
  readonly contentType: string
}

type Metric = Counter | Gauge | Histogram

/** With the metrics of the process (`process_…`, `nodejs_…`) beside our own. */
export const createMetricRegistry = (): MetricRegistry => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const metrics = new Map<string, Metric>()
  for (const [name, row] of Object.entries<MetricRow>(METRICS)) {
    const common = { name, help: row.help, labelNames: [...row.labels], registers: [registry] }
    if (row.kind === 'counter') metrics.set(name, new Counter(common))
    else if (row.kind === 'gauge') metrics.set(name, new Gauge(common))
    else metrics.set(name, new Histogram({ ...common, buckets: [...(row.buckets ?? [])] }))
  }
  const find = <Kind extends Metric>(
    name: MetricName,
    kind: new (...args: never[]) => Kind,
  ): Kind => {
    const metric = metrics.get(name)
    if (!(metric instanceof kind)) throw new TypeError(`${name} is no ${kind.name}`)
    return metric
  }
  return {
    count: (name, labels = {}) => find(name, Counter).inc(labels),
    observe: (name, value, labels = {}) => find(name, Histogram).observe(labels, value),
    set: (name, values) => {
      const gauge = find(name, Gauge)
      gauge.reset()
      for (const [labels, value] of values) gauge.set(labels, value)
    },
    render: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
