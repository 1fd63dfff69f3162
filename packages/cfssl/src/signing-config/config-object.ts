import { nearestWord } from '@easycerts/shared/config'
import { type GoJson, type GoJsonObject, GoObject } from '../go-json/index.ts'
import type { Findings } from '../findings/index.ts'

/** More keys, list elements or names than any configuration has. */
const MAX_MEMBERS = 1000

const KINDS: Readonly<Record<GoJson['kind'], string>> = {
  null: 'null',
  boolean: 'true or false',
  number: 'a number',
  string: 'text',
  array: 'a list',
  object: 'an object',
}

/** An object of a configuration of cfssl, whose faults and unknown keys go to the findings. */
export class ConfigObject {
  readonly path: string
  readonly #fields: GoObject
  readonly #findings: Findings

  constructor(object: GoJsonObject, path: string, known: readonly string[], findings: Findings) {
    this.path = path
    this.#findings = findings
    this.#fields = new GoObject(object, '')
    const isKnown = new Set(known.map((name) => name.toLowerCase()))
    for (const written of this.#fields.written)
      if (!isKnown.has(written.toLowerCase())) this.#tellUnknown(written, known)
  }

  at(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`
  }

  /** Empty if it is left out. */
  text(name: string): string {
    return this.#as(name, 'string')?.value ?? ''
  }

  flag(name: string): boolean {
    return this.#as(name, 'boolean')?.value ?? false
  }

  /** A whole number that is not negative; 0 if it is left out. */
  count(name: string): number {
    const digits = this.#as(name, 'number')?.text ?? '0'
    if (/^\d{1,9}$/.test(digits)) return Number(digits)
    this.fault(name, 'is not a whole number from 0 on')
    return 0
  }

  texts(name: string): readonly string[] {
    return this.#items(name).flatMap((item) => {
      if (item.kind === 'string') return [item.value]
      this.fault(name, `holds ${KINDS[item.kind]} where text belongs`)
      return []
    })
  }

  object(name: string, known: readonly string[]): ConfigObject | undefined {
    const value = this.#as(name, 'object')
    return value && new ConfigObject(value, this.at(name), known, this.#findings)
  }

  objects(name: string, known: readonly string[]): readonly ConfigObject[] {
    return this.#items(name).flatMap((item, index) => {
      const path = `${this.at(name)}[${index}]`
      if (item.kind === 'object') return [new ConfigObject(item, path, known, this.#findings)]
      this.#findings.fault(path, `is ${KINDS[item.kind]} where an object belongs`)
      return []
    })
  }

  /** A map of Go: names that the operator chose, in their case; the last of several counts. */
  map(name: string): ReadonlyMap<string, GoJson> {
    const members = this.#as(name, 'object')?.members ?? []
    if (members.length > MAX_MEMBERS) this.fault(name, `has more than ${MAX_MEMBERS} entries`)
    return new Map(members.slice(0, MAX_MEMBERS).map(({ key, value }) => [key, value]))
  }

  kindOf(name: string): GoJson['kind'] | undefined {
    return this.#fields.raw(name)?.kind
  }

  fault(name: string, what: string): void {
    this.#findings.fault(this.at(name), what)
  }

  note(name: string, what: string): void {
    this.#findings.note(this.at(name), what)
  }

  #items(name: string): readonly GoJson[] {
    const items = this.#as(name, 'array')?.items ?? []
    if (items.length > MAX_MEMBERS) this.fault(name, `has more than ${MAX_MEMBERS} elements`)
    return items.slice(0, MAX_MEMBERS)
  }

  #as<Kind extends GoJson['kind']>(
    name: string,
    kind: Kind,
  ): Extract<GoJson, { kind: Kind }> | undefined {
    const value = this.#fields.raw(name)
    if (value === undefined) return undefined
    if (value.kind === kind) return value as Extract<GoJson, { kind: Kind }>
    this.fault(name, `is ${KINDS[value.kind]} where ${KINDS[kind]} belongs`)
    return undefined
  }

  #tellUnknown(written: string, known: readonly string[]): void {
    const meant = nearestWord(written, known)
    const name = JSON.stringify(written.slice(0, 60)).slice(1, -1)
    this.note(
      name,
      `cfssl knows no such key and ignores it${meant === undefined ? '' : `; was "${meant}" meant?`}`,
    )
  }
}
