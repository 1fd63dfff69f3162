import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { MetricRow } from './metric-row.ts'

type Labels = Readonly<Record<string, string>>

/** The metrics of one process, by the names of its table. */
export interface MetricRegistry<Name extends string> {
  readonly count: (name: Name, labels?: Labels) => void
  readonly observe: (name: Name, value: number, labels?: Labels) => void
  /** Takes the place of what the gauge, or a counter that is kept elsewhere, said under all its labels. */
  readonly set: (name: Name, values: readonly (readonly [Labels, number])[]) => void
  /** The text format of Prometheus. */
  readonly render: () => Promise<string>
  readonly contentType: string
}

type Metric = Counter | Gauge | Histogram

/** With the metrics of the process (`process_…`, `nodejs_…`) beside those of the table. */
export const createMetricRegistry = <Name extends string>(
  table: Readonly<Record<Name, MetricRow>>,
): MetricRegistry<Name> => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const metrics = new Map<string, Metric>()
  for (const [name, row] of Object.entries<MetricRow>(table)) {
    const common = { name, help: row.help, labelNames: [...row.labels], registers: [registry] }
    if (row.kind === 'counter') metrics.set(name, new Counter(common))
    else if (row.kind === 'gauge') metrics.set(name, new Gauge(common))
    else metrics.set(name, new Histogram({ ...common, buckets: [...(row.buckets ?? [])] }))
  }
  const find = <Kind extends Metric>(name: Name, kind: new (...args: never[]) => Kind): Kind => {
    const metric = metrics.get(name)
    if (!(metric instanceof kind)) throw new TypeError(`${name} is no ${kind.name}`)
    return metric
  }
  return {
    count: (name, labels = {}) => find(name, Counter).inc(labels),
    observe: (name, value, labels = {}) => find(name, Histogram).observe(labels, value),
    set: (name, values) => {
      const metric = metrics.get(name)
      if (metric instanceof Counter) {
        metric.reset()
        for (const [labels, value] of values) metric.inc(labels, value)
        return
      }
      const known = find(name, Gauge)
      known.reset()
      for (const [labels, value] of values) known.set(labels, value)
    },
    render: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
