import { setMaxListeners } from 'node:events'

/** What ends the work of a process. Every look and call of a pass listens for it while it lasts: any number. */
export const createStop = (): AbortController => {
  const stop = new AbortController()
  setMaxListeners(0, stop.signal)
  return stop
}
