import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  appendLeaf,
  assembleProof,
  type CompactRange,
  EMPTY_RANGE,
  planConsistency,
  planInclusion,
  type ProofPlan,
  rootFromInclusion,
  rootOfRange,
} from '@easycerts/shared/merkle-log'
import { createLogAppender } from '../apps/ca-server/src/store/sqlite/issuance-log/log-appender.ts'
import {
  loadTreeMemory,
  openStoredNodes,
} from '../apps/ca-server/src/store/sqlite/issuance-log/tree-nodes.ts'
import { openDatabase } from '../apps/ca-server/src/store/sqlite/open-database.ts'
import type { Connection } from '../apps/ca-server/src/store/sqlite/connection.ts'
import { medianOf } from './process-usage.ts'

const LEAVES = 1 << 20
const APPENDS = 5000
const PROOFS = 200

/** Appending, and proofs of any age, in a log of a million entries of which the tree alone is made. */
export const benchLog = (): Promise<string[][]> => {
  const folder = mkdtempSync(join(tmpdir(), 'easycerts-bench-'))
  const path = join(folder, 'easycerts.db')
  writeFileSync(path, '')
  const connection = openDatabase(path)
  try {
    const appended = benchAppends(connection)
    const { range, leaves } = plant(connection)
    const nodes = openStoredNodes(connection)
    const proofOf = (plan: ProofPlan) =>
      assembleProof(
        plan,
        plan.flat().map((node) => nodes.hashOf(node)),
      )
    const inclusion = timed((index) => {
      const proof = proofOf(planInclusion(index, LEAVES))
      const root = rootFromInclusion(leaves[index]!, index, LEAVES, proof)
      if (!root?.equals(rootOfRange(range))) throw new Error('a proof does not verify')
    })
    const consistency = timed((index) => proofOf(planConsistency(index + 1, LEAVES)))
    return Promise.resolve([
      ['append an entry to the tables and the tree', `${appended.toFixed(0)} µs CPU`],
      [`inclusion proof, any of ${LEAVES} entries`, `${inclusion.toFixed(2)} ms`],
      [`consistency proof, any size to ${LEAVES}`, `${consistency.toFixed(2)} ms`],
    ])
  } finally {
    connection.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const benchAppends = (connection: Connection): number => {
  const append = createLogAppender(connection, loadTreeMemory(openStoredNodes(connection)))
  const entry = {
    at: '2030-01-01T00:00:00.000Z',
    kind: 'certificate-issued',
    actor: 'node worker-1',
    origin: null,
    body: { serialNumber: '01'.repeat(16), node: 'worker-1', fingerprint: 'ab'.repeat(32) },
    changes: [],
  }
  connection.exec('BEGIN')
  const before = process.cpuUsage()
  for (let count = 0; count < APPENDS; count++) append(entry)
  const { user, system } = process.cpuUsage(before)
  connection.exec('ROLLBACK')
  return (user + system) / APPENDS
}

/** The stored nodes of a large tree, without entries: they would only take time to write. */
const plant = (connection: Connection): { range: CompactRange; leaves: Buffer[] } => {
  const insert = connection.prepare('INSERT INTO log_nodes VALUES (?, ?, ?)')
  const leaves = Array.from({ length: LEAVES }, () => randomBytes(32))
  let range = EMPTY_RANGE
  connection.exec('BEGIN')
  for (const leaf of leaves) {
    const appended = appendLeaf(range, leaf)
    range = appended.range
    for (const { level, position, hash } of appended.completed)
      if (level % 8 === 0) insert.run(level, position, hash)
  }
  connection.exec('COMMIT')
  return { range, leaves }
}

/** Milliseconds of CPU for a place drawn anywhere in the log, at the median. */
const timed = (work: (index: number) => unknown): number =>
  medianOf(
    Array.from({ length: PROOFS }, () => {
      const index = Math.floor(Math.random() * (LEAVES - 1))
      const before = process.cpuUsage()
      work(index)
      const { user, system } = process.cpuUsage(before)
      return (user + system) / 1000
    }),
  )
