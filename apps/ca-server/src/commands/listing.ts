import type { OperatorClient } from '@easycerts/adapters/ca-client'
import type { CertificateListOptions } from './certificate-filter.ts'
import type { CommandContext } from './command-context.ts'
import type { LogListOptions } from './log-filter.ts'

/** One page of a list, as the server gave it. */
export interface ListPage<Row> {
  readonly rows: readonly Row[]
  /** Cursor of the page after; null at the end. */
  readonly next: string | null
}

export interface PageQuery {
  readonly limit: string
  readonly after?: string
}

/** A list of the server: how to ask for a page of it, and what people see of a row. */
export interface Listing<Row> {
  readonly head: readonly string[]
  readonly cells: (row: Row, context: CommandContext) => readonly string[]
  readonly page: (
    client: OperatorClient,
    query: PageQuery,
    wish: ListWish,
  ) => Promise<ListPage<Row>>
}

export interface ListWish {
  readonly context: CommandContext
  readonly options: CertificateListOptions & LogListOptions
}
