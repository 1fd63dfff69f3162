import { setTimeout as wait } from 'node:timers/promises'

/** Looks again and again until the condition holds; throws after `within` milliseconds. */
export const until = async (
  condition: () => boolean | Promise<boolean>,
  { within = 10_000, every = 20 }: { readonly within?: number; readonly every?: number } = {},
): Promise<void> => {
  const deadline = Date.now() + within
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not so within ${within} ms: ${String(condition)}`)
    await wait(every)
  }
}
