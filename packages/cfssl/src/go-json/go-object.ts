import type { GoJson, GoJsonObject } from './read-go-json.ts'
import { GoJsonError } from './read-go-json.ts'

/** Where a value stands, in the words of Go's errors: the struct, and the path of the field. */
interface Place {
  readonly struct: string
  readonly path: string
}

/**
 * An object as Go fills a struct from it: fields in any case, the last of several counts, unknown
 * ones are ignored, and null leaves a field as it was. GoJsonError for a value of another type.
 */
export class GoObject {
  readonly #fields = new Map<string, GoJson>()
  readonly #place: Place
  /** Names of the members as written, each once. */
  readonly written: readonly string[]

  constructor(object: GoJsonObject, struct: string, path = '') {
    this.#place = { struct, path }
    this.written = [...new Set(object.members.map(({ key }) => key))]
    for (const { key, value } of object.members)
      if (value.kind !== 'null') this.#fields.set(key.toLowerCase(), value)
  }

  /** Undefined if it is left out or null. */
  raw(name: string): GoJson | undefined {
    return this.#fields.get(name.toLowerCase())
  }

  /** Empty if it is left out. */
  text(name: string): string {
    return this.#as(name, 'string', 'string')?.value ?? ''
  }

  /** Base64 of a field that Go fills with octets; empty if it is left out. */
  bytes(name: string): string {
    return this.#as(name, 'string', '[]uint8')?.value ?? ''
  }

  flag(name: string): boolean {
    return this.#as(name, 'boolean', 'bool')?.value ?? false
  }

  /** As written; undefined if it is left out. */
  number(name: string, goType = 'int'): string | undefined {
    return this.#as(name, 'number', goType)?.text
  }

  list(name: string, goType: string): readonly GoJson[] | undefined {
    return this.#as(name, 'array', goType)?.items
  }

  /** Undefined if it is left out or null. */
  texts(name: string): readonly string[] | undefined {
    return this.list(name, '[]string')?.map((item) => {
      if (item.kind === 'null') return ''
      if (item.kind === 'string') return item.value
      throw this.#wrongType(name, item, 'string')
    })
  }

  object(name: string, goType: string): GoObject | undefined {
    const value = this.#as(name, 'object', goType)
    return value && new GoObject(value, this.#place.struct, this.#pathOf(name))
  }

  /** Each element as a struct of its own. */
  objects(name: string, goType: string): readonly GoObject[] | undefined {
    return this.list(name, `[]${goType}`)?.map((item) => {
      if (item.kind === 'null') return new GoObject({ kind: 'object', members: [] }, goType)
      if (item.kind !== 'object') throw this.#wrongType(name, item, goType)
      return new GoObject(item, this.#place.struct, this.#pathOf(name))
    })
  }

  #as<Kind extends GoJson['kind']>(
    name: string,
    kind: Kind,
    goType: string,
  ): Extract<GoJson, { kind: Kind }> | undefined {
    const value = this.raw(name)
    if (value === undefined) return undefined
    if (value.kind !== kind) throw this.#wrongType(name, value, goType)
    return value as Extract<GoJson, { kind: Kind }>
  }

  #pathOf(name: string): string {
    return this.#place.path === '' ? name : `${this.#place.path}.${name}`
  }

  #wrongType(name: string, value: GoJson, goType: string): GoJsonError {
    return new GoJsonError(
      `json: cannot unmarshal ${describe(value)} into Go struct field ${this.#place.struct}.${this.#pathOf(name)} of type ${goType}`,
    )
  }
}

const describe = (value: GoJson): string => {
  if (value.kind === 'boolean') return 'bool'
  return value.kind === 'number' ? 'number' : value.kind
}
