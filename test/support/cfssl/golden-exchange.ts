import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A request to cfssl, and what it answered. */
export interface GoldenExchange {
  readonly name: string
  readonly server: string
  readonly request: { readonly method: string; readonly path: string; readonly body?: string }
  readonly response: {
    readonly status: number
    readonly content_type: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }
}

const FILE = join(import.meta.dirname, '../../fixtures/cfssl/golden.json')

/** All of one server, in the order in which they were recorded. */
export const exchangesOf = (server: string): readonly GoldenExchange[] =>
  (JSON.parse(readFileSync(FILE, 'utf8')) as GoldenExchange[]).filter(
    (exchange) => exchange.server === server,
  )
