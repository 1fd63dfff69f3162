import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { createEasyCertsCa } from '../support/cfssl/start-cfssl.ts'
import { resultOf, startProgram } from '../support/e2e/run-program.ts'
import { importedCa, oldWorker, pairsOf, ticketFor, treeOf } from '../support/join/old-worker.ts'
import { describeWith } from '../support/needed-tool.ts'
import { runNodeJoin } from '../support/run-node-join.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const isWhole = process.env['SOAK'] === 'full'
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1)

/** Renames: identity, record of the adoption, manifests, files, units; then those of a reset. */
const JOINING = isWhole ? upTo(24) : [14]
const RESETTING = isWhole ? upTo(3) : [2]

const killedAt = (nth: number): readonly string[] => [
  ...['env', 'UV_THREADPOOL_SIZE=1', 'strace', '-f', '-qq', '-o', '/dev/null'],
  ...['-e', 'trace=rename', '-e', `inject=rename:signal=KILL:when=${nth}`],
]

/** A copy of an old worker, whose owners are those of whoever copies. */
const copyOf = (root: string) => {
  const copy = join(temporaryFolder(), 'root')
  mkdirSync(copy)
  cpSync(root, copy, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true })
  const at = (path: string): string => join(copy, path)
  return { root: copy, at, read: (path: string) => readFileSync(at(path), 'utf8') }
}

describeWith('strace', 'the adoption of a worker, killed in front of a rename', () => {
  it('goes on with the same ticket, keeps every pair, and can be undone wholly', async () => {
    const ca = createEasyCertsCa('kubernetes-cluster-ca')
    const { root } = await oldWorker(ca)
    const server = await importedCa(ca)
    onTestFinished(() => server.dispose())
    for (const [isJoin, nth] of [
      ...JOINING.map((each) => [true, each] as const),
      ...RESETTING.map((each) => [false, each] as const),
    ]) {
      const node = copyOf(root)
      const before = { pairs: pairsOf(node), tree: treeOf(node) }
      const ticket = await ticketFor(server, 'worker-1', '--replace')
      if (isJoin) {
        const args = ['--root', node.root]
        const killed = await resultOf(startProgram('node-join', args, killedAt(nth)), ticket)
        expect(killed.signal ?? killed.exitCode, killed.stderr).toBe('SIGKILL')
        expect(pairsOf(node), `rename ${nth}`).toEqual(before.pairs)
      }
      const joined = await runNodeJoin(['--root', node.root], ticket)
      expect(joined.exitCode, joined.stderr).toBe(0)
      expect(pairsOf(node), `rename ${nth}`).toEqual(before.pairs)
      const args = ['--root', node.root, 'reset', '--yes']
      if (!isJoin) {
        const killed = await resultOf(startProgram('node-join', args, killedAt(nth)), '')
        expect(killed.signal ?? killed.exitCode, killed.stderr).toBe('SIGKILL')
      }
      const reset = await runNodeJoin(args)
      expect(reset.exitCode, reset.stderr).toBe(0)
      expect(treeOf(node), `rename ${nth}`).toEqual(before.tree)
    }
  }, 300_000)
})
