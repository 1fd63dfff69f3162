const PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype, String.prototype]

const OWN = PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype).length)

/** Whether the prototypes of everything were changed, or a value has one that came from outside. */
export const pollutionOf = (value: unknown): string | undefined => {
  const isPolluted = PROTOTYPES.some(
    (prototype, index) => Reflect.ownKeys(prototype).length !== OWN[index],
  )
  if (isPolluted) return 'changed the prototype of everything'
  return hasForeignPrototype(value) ? 'is an object whose prototype came from outside' : undefined
}

/** A prototype that came with data is a plain object, but not the one of all plain objects. */
const hasForeignPrototype = (root: unknown): boolean => {
  // No recursion: what was read may nest deeper than the stack.
  const waiting = [root]
  for (
    let value = waiting.pop();
    waiting.length > 0 || value !== undefined;
    value = waiting.pop()
  ) {
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) continue
    const prototype = Object.getPrototypeOf(value) as object | null
    if (prototype !== null && prototype !== Object.prototype && isPlain(prototype)) return true
    waiting.push(...(Object.values(value) as unknown[]))
  }
  return false
}

const isPlain = (prototype: object): boolean => !Object.hasOwn(prototype, 'constructor')
