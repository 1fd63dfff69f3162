import {
  CERTIFICATE_ISSUED,
  EPOCH_STARTED,
  epochStartSchema,
  type LogEntry,
  parseLogEntry,
  type TreeHead,
} from '@easycerts/shared/issuance-log'
import {
  appendLeaf,
  type CompactRange,
  EMPTY_RANGE,
  hashLeaf,
  type HashedNode,
  rootOfRange,
} from '@easycerts/shared/merkle-log'
import * as v from 'valibot'
import { type DifferenceList, isSameHash } from './difference.ts'
import type { LogSource, StoredEntry } from './log-source.ts'
import type { RebuiltRows } from './rebuilt-rows.ts'

export interface Walk {
  readonly source: LogSource
  readonly rebuilt: RebuiltRows
  readonly differences: DifferenceList
  /** Sees the tree after each entry, and the nodes that the entry completed. */
  readonly onGrown: (range: CompactRange, completed: readonly HashedNode[]) => void
}

export interface WalkedLog {
  readonly range: CompactRange
  /** What the restores in the log began from. */
  readonly epochs: readonly {
    readonly epoch: number
    readonly previous: Pick<TreeHead, 'epoch' | 'size'>
  }[]
}

/** Entry by entry: the form of each, its place, its leaf, and what it says of the records. */
export const walkLog = async (walk: Walk): Promise<WalkedLog> => {
  const { source, rebuilt, differences, onGrown } = walk
  let range = EMPTY_RANGE
  const epochs: WalkedLog['epochs'][number][] = []
  for await (const stored of source.entries()) {
    const { text, leaf } = stored
    const before = range
    const hash = hashLeaf(Buffer.from(text, 'utf8'))
    const appended = appendLeaf(range, hash)
    range = appended.range
    onGrown(range, appended.completed)
    const found = (problem: string) => differences.add('log', String(range.size), problem)
    if (stored.sequence !== range.size)
      found(`an entry has number ${stored.sequence} in this place`)
    if (leaf !== undefined && !isSameHash(leaf, hash))
      found('the entry is not the one that was hashed')
    const entry = parsedOrUndefined(text)
    if (!entry) {
      found('the entry is not canonical JSON of an entry')
      continue
    }
    for (const problem of problemsOf(entry, stored, range.size)) found(problem)
    for (const change of entry.changes)
      if (!rebuilt.apply(change, range.size))
        found(`the entry changes an unknown table ${change.table}`)
    const start = entry.kind === EPOCH_STARTED ? epochStartOf(entry, before, found) : undefined
    if (start) epochs.push(start)
  }
  return { range, epochs }
}

const parsedOrUndefined = (text: string): LogEntry | undefined => {
  try {
    return parseLogEntry(text)
  } catch {
    return undefined
  }
}

function* problemsOf(entry: LogEntry, { copies }: StoredEntry, size: number): Iterable<string> {
  if (entry.sequence !== size) yield `the entry says that it is number ${entry.sequence}`
  if (copies) {
    const { at, kind, actor, body } = entry
    const said = { at, kind, actor, node: body['node'], serialNumber: body['serialNumber'] }
    for (const [name, value] of Object.entries(said))
      if ((typeof value === 'string' ? value : null) !== copies[name as keyof typeof copies])
        yield `column ${name} is not what the entry says`
  }
  const certificate = entry.changes.find(({ table }) => table === 'certificates')?.row?.['der']
  if (entry.kind === CERTIFICATE_ISSUED && certificate !== undefined)
    if (!isBlob(certificate) || certificate.sha256 !== entry.body['fingerprint'])
      yield 'the entry is about another certificate than the one it records'
}

const isBlob = (value: unknown): value is { sha256: string } =>
  typeof value === 'object' && value !== null

const epochStartOf = (entry: LogEntry, before: CompactRange, found: (problem: string) => void) => {
  const parsed = v.safeParse(epochStartSchema, entry.body)
  const root = rootOfRange(before).toString('base64')
  const isHere =
    parsed.success &&
    parsed.output.previous.size === before.size &&
    parsed.output.previous.root === root
  if (!isHere) found('the new epoch does not begin from the entries before it')
  return parsed.success ? parsed.output : undefined
}
