import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { sha256 } from '@easycerts/shared/encoding'

const CORPUS = resolve(import.meta.dirname, '../../fuzz/corpus')

export interface Seed {
  readonly name: string
  readonly octets: Buffer
}

/** The inputs that are kept for a parser, found faults among them; by name. */
export const readCorpus = (parser: string): Seed[] =>
  readdirSync(join(CORPUS, parser))
    .toSorted()
    .map((name) => ({ name, octets: readFileSync(join(CORPUS, parser, name)) }))

/** Keeps an input that found a fault, so that it is tried first from now on; its path. */
export const keepFinding = (parser: string, octets: Buffer): string => {
  const path = join(CORPUS, parser, `found-${sha256(octets).toString('hex').slice(0, 12)}.seed`)
  mkdirSync(join(CORPUS, parser), { recursive: true })
  writeFileSync(path, octets)
  return path
}
