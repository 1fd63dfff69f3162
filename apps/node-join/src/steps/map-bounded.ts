/** Results in the order of the items, with at most `width` of them under way; the first failure ends all. */
export const mapBounded = async <Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> => {
  const results = new Map<number, Result>()
  const queue = items.entries()
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results.set(index, await work(item))
  }
  await Promise.all(Array.from({ length: width }, worker))
  return items.map((_, index) => results.get(index) as Result)
}
