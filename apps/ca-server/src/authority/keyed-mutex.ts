/** Runs works of one key one after another; works of different keys run side by side. */
export class KeyedMutex {
  readonly #tails = new Map<string, Promise<unknown>>()

  async run<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const previous = this.#tails.get(key) ?? Promise.resolve()
    const own = previous.then(work, work)
    const tail = own.catch(() => undefined)
    this.#tails.set(key, tail)
    try {
      return await own
    } finally {
      if (this.#tails.get(key) === tail) this.#tails.delete(key)
    }
  }
}
