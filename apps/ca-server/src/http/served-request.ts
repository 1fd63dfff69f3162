/** The listeners by what they are for; the one label of metrics and limits. */
export type ListenerName = 'join' | 'node' | 'operator' | 'public' | 'monitoring' | 'legacy'

/** One answer, for the metrics: nothing in it grows with nodes or addresses. */
export interface ServedRequest {
  readonly listener: ListenerName
  /** The pattern of the route, or 'none'. */
  readonly route: string
  readonly method: string
  readonly status: number
  readonly seconds: number
}
