declare const brand: unique symbol

/** A value that only its parser can make. Brands add up: a value of two stages has the names of both. */
export type Brand<Value, Name extends string> = Value & {
  readonly [brand]: Readonly<Record<Name, true>>
}
