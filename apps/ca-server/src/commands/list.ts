import { MAX_PAGE_ROWS } from '@easycerts/shared/api'
import { EasycertsError } from '@easycerts/shared/errors'
import type { CertificateListOptions } from './certificate-filter.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import type { LogListOptions } from './log-filter.ts'
import { openOperatorClient } from './open-operator-client.ts'
import { type ListKind, LISTINGS } from './listings.ts'
import type { Listing } from './listing.ts'

export type { ListKind } from './listings.ts'

export interface ListOptions extends GlobalOptions, CertificateListOptions, LogListOptions {
  /** At most so many; all of them if left out. */
  readonly limit?: string
}

/** `ca-server node list`, `certificate list`, `ticket list`, `issuer list`. */
export const runList = async (
  context: CommandContext,
  options: ListOptions,
  kind: ListKind,
): Promise<void> => {
  const listing = LISTINGS[kind] as Listing<unknown>
  await context.terminal.rows({
    columns: { head: listing.head, cells: (row) => listing.cells(row, context) },
    pages: pagesOf(listing, context, options),
  })
}

const limitOf = ({ limit }: ListOptions): number => {
  if (limit === undefined) return Infinity
  const count = Number(limit)
  if (!Number.isSafeInteger(count) || count < 1)
    throw new EasycertsError('ERR_USAGE', `"${limit.slice(0, 20)}" is no number of rows`)
  return count
}

/** Asks for the next page when the one before has been written. */
async function* pagesOf<Row>(
  listing: Listing<Row>,
  context: CommandContext,
  options: ListOptions,
): AsyncGenerator<readonly Row[]> {
  const client = openOperatorClient(context, options)
  let left = limitOf(options)
  let after: string | null = null
  do {
    const limit = String(Math.min(left, MAX_PAGE_ROWS))
    const query = after === null ? { limit } : { limit, after }
    const { rows, next } = await listing.page(client, query, { context, options })
    yield rows.slice(0, left)
    left -= rows.length
    after = next
  } while (after !== null && left > 0)
}
