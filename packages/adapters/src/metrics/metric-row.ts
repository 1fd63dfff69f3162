type Kind = 'counter' | 'gauge' | 'histogram'

/** One metric of a program's table. */
export interface MetricRow {
  readonly kind: Kind
  readonly help: string
  readonly labels: readonly string[]
  /** Upper bounds of a histogram. */
  readonly buckets?: readonly number[]
}

export const counter = (help: string, ...labels: string[]): MetricRow => ({
  kind: 'counter',
  help,
  labels,
})

export const gauge = (help: string, ...labels: string[]): MetricRow => ({
  kind: 'gauge',
  help,
  labels,
})
