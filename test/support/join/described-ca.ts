import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clusterFactsOf, parseDescription } from '@easycerts/units/description'
import { parse, stringify } from 'yaml'
import { type CaServerProcess, makeFolder, startCaServer } from '../ca-server-process.ts'
import { type NodeJoinResult, runNodeJoin } from '../run-node-join.ts'

/** A CA whose settings say the same as a description that nodes get when they join. */
export interface DescribedCa {
  readonly ca: CaServerProcess
  /** The description's file. */
  readonly file: string
  /** A path in a folder that goes with the CA. */
  readonly pathOf: (name: string) => string
  /** Joins a node at an address with a ticket of this role, below a new root; a master may do all. */
  readonly join: (node: string, role: 'master' | 'worker', address: string) => Promise<JoinedRoot>
  readonly dispose: () => Promise<void>
}

export interface JoinedRoot {
  readonly root: string
  readonly result: NodeJoinResult
  readonly ticket: string
}

export const startDescribedCa = async (description: object): Promise<DescribedCa> => {
  const folder = makeFolder()
  const file = join(folder, 'cluster.yaml')
  const text = stringify(description)
  writeFileSync(file, text)
  const cluster = clusterFactsOf(parseDescription(file, text))
  const ca = await startCaServer({
    editConfig: (settings) =>
      stringify({ ...(parse(settings) as object), cluster: { ...cluster, description: file } }),
  })
  return {
    ca,
    file,
    pathOf: (name) => join(folder, name),
    join: async (node, role, address) => {
      const words = ['--node', node, '--role', role, '--address', address]
      const more = role === 'master' ? ['--cluster-admin'] : []
      const { stdout } = await ca.ca(['ticket', 'create', ...words, ...more])
      const { ticket } = JSON.parse(stdout) as { ticket: string }
      const root = join(folder, `root-${node}`)
      mkdirSync(root)
      return { root, ticket, result: await runNodeJoin(['--root', root], ticket) }
    },
    dispose: async () => {
      await ca.dispose()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
