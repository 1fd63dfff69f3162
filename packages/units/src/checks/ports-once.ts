import type { Check } from './check.ts'
import { type Listener, listenersOf } from './listeners.ts'

const EVERYWHERE = new Set(['', '0.0.0.0', '::', '[::]'])

/** The second one to start fails with EADDRINUSE, and is restarted for ever. */
export const portsOnce: Check = {
  name: 'ports are taken once',
  find: (checked) => {
    const listeners = listenersOf(checked)
    return listeners.flatMap((each, index) =>
      listeners
        .slice(index + 1)
        .filter((other) => clashes(each, other))
        .map(({ what }) => `${each.what} and ${what} both listen on port ${each.port}`),
    )
  },
}

const clashes = (a: Listener, b: Listener): boolean =>
  a.port === b.port &&
  (a.address === b.address || EVERYWHERE.has(a.address) || EVERYWHERE.has(b.address))
