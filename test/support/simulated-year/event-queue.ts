/** What is to happen when, the earliest first; a heap. */
export interface EventQueue<Event> {
  readonly add: (at: number, event: Event) => void
  readonly next: () => { readonly at: number; readonly event: Event } | undefined
}

export const createEventQueue = <Event>(): EventQueue<Event> => {
  const heap: { readonly at: number; readonly event: Event }[] = []
  const at = (index: number): number => heap[index]?.at ?? Number.POSITIVE_INFINITY
  const swap = (a: number, b: number): void => {
    const [first, second] = [heap[a], heap[b]]
    if (first && second) [heap[a], heap[b]] = [second, first]
  }
  const rise = (index: number): void => {
    for (let here = index; here > 0 && at(here) < at((here - 1) >> 1); here = (here - 1) >> 1)
      swap(here, (here - 1) >> 1)
  }
  const sink = (): void => {
    for (let here = 0; ;) {
      const [left, right] = [2 * here + 1, 2 * here + 2]
      const least = at(right) < at(left) ? right : left
      if (at(here) <= at(least)) return
      swap(here, least)
      here = least
    }
  }
  return {
    add: (instant, event) => {
      heap.push({ at: instant, event })
      rise(heap.length - 1)
    },
    next: () => {
      const [first] = heap
      const last = heap.pop()
      if (first && last && heap.length > 0) {
        heap[0] = last
        sink()
      }
      return first
    },
  }
}
