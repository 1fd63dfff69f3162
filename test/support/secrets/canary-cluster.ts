import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseTicket } from '@easycerts/shared/ticket'
import { type CaServerProcess, initCa, makeFolder, startCaServer } from '../ca-server-process.ts'
import { runProgram } from '../e2e/run-program.ts'
import { freePort } from '../free-port.ts'
import { type Canary, canariesOf } from './canaries.ts'

/** A CA under a passphrase that nobody else has, which writes down all that it can. */
export interface CanaryCluster {
  readonly folder: string
  readonly server: CaServerProcess
  readonly passphraseFile: string
  readonly passphrase: readonly Canary[]
  /** A ticket's line, and what of it is secret. */
  readonly takeTicket: (node: string, ...more: readonly string[]) => Promise<TicketLine>
  /** An empty root for a node. */
  readonly newRoot: (name: string) => string
  readonly dispose: () => Promise<void>
}

export interface TicketLine {
  readonly line: string
  readonly canaries: readonly Canary[]
}

export interface CanaryOptions {
  readonly env?: Readonly<Record<string, string>>
}

export const startCanaryCluster = async ({ env }: CanaryOptions = {}): Promise<CanaryCluster> => {
  const folder = makeFolder()
  const directory = join(folder, 'ca')
  const passphraseFile = join(folder, 'passphrase')
  const passphrase = `canary ${randomBytes(18).toString('base64url')}`
  writeFileSync(passphraseFile, passphrase, { mode: 0o600 })
  const [joinPort, nodePort] = [await freePort(), await freePort()]
  const ports = ['--join-port', String(joinPort), '--node-port', String(nodePort)]
  await initCa(directory, ports, { protection: ['--passphrase-file', passphraseFile] })
  const server = await startCaServer({
    directory,
    ports: { joinPort, nodePort },
    args: ['--passphrase-file', passphraseFile, '--log-level', 'debug'],
    ...(env ? { env } : {}),
  })
  return {
    folder,
    server,
    passphraseFile,
    passphrase: canariesOf('the passphrase', passphrase),
    takeTicket: async (node, ...more) => {
      const words = ['ticket', 'create', '--node', node, '--role', 'worker', ...more]
      const common = ['--data-directory', directory, '--output', 'json']
      // A process of its own, for some who look for secrets look at processes.
      const { stdout, stderr } = await runProgram('ca-server', [...common, ...words])
      if (stdout === '') throw new Error(`no ticket: ${stderr}`)
      const { ticket: line } = JSON.parse(stdout) as { readonly ticket: string }
      return { line, canaries: ticketCanaries(line) }
    },
    newRoot: (name) => {
      const root = join(folder, name)
      mkdirSync(root)
      return root
    },
    dispose: async () => {
      await server.dispose()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The seed begins the body: base64url of any part of it is a part of the line. */
const ticketCanaries = (line: string): Canary[] => {
  const seed = parseTicket(line).seed.reveal()
  const body = line.split('.')[2] ?? ''
  return [
    ...canariesOf('the seed of a ticket', seed),
    { name: 'a ticket', octets: Buffer.from(line) },
    { name: 'the secret part of a ticket', octets: Buffer.from(body.slice(0, 40)) },
  ]
}
