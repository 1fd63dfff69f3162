import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createFilesDurably, ensureDirectory } from '@easycerts/adapters/files'
import type { Secret } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { isNamePattern } from '@easycerts/shared/ticket'

/** A ticket in the hands of the command that made it. */
export interface MadeTicket {
  readonly node: string
  readonly id: string
  readonly expiresAt: string
  readonly line: Secret<string>
}

const INDEX = 'index.json'

/** Before any ticket is made: ERR_FILE_NOT_WRITABLE where one of their files stands already. */
export const prepareTicketFiles = async (
  directory: string,
  nodes: readonly string[],
): Promise<void> => {
  await ensureDirectory(directory, 0o700)
  const names = [INDEX, ...nodes.filter((node) => !isNamePattern(node)).map(fileOf)]
  const taken = names.find((name) => existsSync(join(directory, name)))
  if (taken !== undefined)
    throw new EasycertsError(
      'ERR_FILE_NOT_WRITABLE',
      `${join(directory, taken)} is there already`,
      {
        hint: 'nothing is overwritten: name another directory, or remove the old files first',
      },
    )
}

/** One file a ticket, and an index without secrets; their paths. */
export const writeTicketFiles = async (
  directory: string,
  tickets: readonly MadeTicket[],
): Promise<readonly string[]> => {
  const paths = tickets.map(({ node, id }) =>
    resolve(directory, fileOf(isNamePattern(node) ? id : node)),
  )
  const index = tickets.map(({ node, id, expiresAt }, place) => ({
    node,
    id,
    expiresAt,
    file: paths[place],
  }))
  await createFilesDurably([
    ...tickets.map(({ line }, place) => ({
      path: paths[place] ?? '',
      content: line.map((text) => `${text}\n`),
      mode: 0o600,
    })),
    {
      path: resolve(directory, INDEX),
      content: `${JSON.stringify(index, null, 2)}\n`,
      mode: 0o600,
    },
  ])
  return paths
}

const fileOf = (name: string): string => `${name}.ticket`
