const HIDDEN = '[secret]'

/**
 * Holds what must never be printed: string conversion, JSON and inspection show a placeholder, and a
 * copy or a structured clone has nothing in it.
 */
export class Secret<Value> {
  #value: Value
  #isDisposed = false

  constructor(value: Value) {
    this.#value = value
  }

  /** The value itself, named so that a reviewer can search for every use. Throws once it is disposed of. */
  reveal(): Value {
    if (this.#isDisposed) throw new TypeError('this secret was disposed of')
    return this.#value
  }

  /** A secret that is made of this one. */
  map<Other>(derive: (value: Value) => Other): Secret<Other> {
    return new Secret(derive(this.reveal()))
  }

  /** Wipes octets, and forgets a text: the engine's own copies of a text last until it reclaims them. */
  dispose(): void {
    if (this.#value instanceof Uint8Array) this.#value.fill(0)
    this.#value = undefined as Value
    this.#isDisposed = true
  }

  toString(): string {
    return HIDDEN
  }

  toJSON(): string {
    return HIDDEN
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return HIDDEN
  }
}
