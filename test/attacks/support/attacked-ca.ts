import { EventEmitter } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseSigningKey } from '@easycerts/shared/key'
import type { IssuerPurpose } from '@easycerts/shared/profile'
import { hours } from '@easycerts/shared/time'
import { certificatePem, parseCertificate } from '@easycerts/shared/x509'
import Database from 'better-sqlite3'
import type { CommandContext } from '../../../apps/ca-server/src/commands/command-context.ts'
import { runServe } from '../../../apps/ca-server/src/commands/serve.ts'
import type { CaServerConfigFile } from '../../../apps/ca-server/src/config/index.ts'
import { type Answer, callSocket, makeFolder } from '../../support/ca-server-process.ts'
import { freePort } from '../../support/free-port.ts'
import type { Forged } from '../../support/join/forge-certificate.ts'
import { makeDataDirectory, TEST_CONFIG, testContext } from '../../support/test-authority.ts'
import { until } from '../../support/until.ts'

/** The whole server of `ca-server serve` inside the test's process, whose clock the test moves. */
export interface AttackedCa {
  readonly directory: string
  readonly joinPort: number
  readonly nodePort: number
  readonly publicPort: number
  readonly operator: (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<Answer>
  /** An issuer with its real key, as only a thief of the data directory has it. */
  readonly issuer: (purpose: IssuerPurpose) => Forged
  readonly advance: (milliseconds: number) => void
  /** Rows of one query of its database. */
  readonly rows: (sql: string) => Record<string, unknown>[]
  readonly dispose: () => Promise<void>
}

export interface AttackedCaOptions {
  readonly config?: Partial<CaServerConfigFile>
  /** How far the CA's clock is from the true time, in milliseconds. */
  readonly offset?: number
}

export const startAttackedCa = async (options: AttackedCaOptions = {}): Promise<AttackedCa> => {
  const folder = makeFolder()
  const directory = join(folder, 'ca')
  let offset = options.offset ?? 0
  const clock = () => new Date(Date.now() + offset)
  const [joinPort, nodePort, publicPort] = [await freePort(), await freePort(), await freePort()]
  const listen = { address: '127.0.0.1', joinPort, nodePort, publicPort }
  const config = {
    ...TEST_CONFIG,
    addresses: ['127.0.0.1', 'localhost'],
    monitoring: { enabled: false },
    ...options.config,
    listen,
  }
  await makeDataDirectory(directory, { clock, config })
  const stop = await serve(testContext(clock), directory)
  const socket = join(directory, 'operator.sock')
  const rows = (sql: string): Record<string, unknown>[] => rowsOf(directory, sql)
  return {
    ...{ directory, joinPort, nodePort, publicPort, rows },
    operator: (method, path, body) => callSocket(socket, method, path, body),
    issuer: (purpose) => issuerIn(directory, purpose),
    advance: (milliseconds) => {
      offset += milliseconds
    },
    dispose: async () => {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** One whose clock the test moves forward: by the clock of TLS, what it issues later must have begun too. */
export const startAgeingCa = (): Promise<AttackedCa> => startAttackedCa({ offset: 0 - hours(4) })

/** Until it answers; what is given back ends it in order. */
const serve = async (context: CommandContext, directory: string): Promise<() => Promise<void>> => {
  const signals = new EventEmitter()
  const state: { failure?: unknown } = {}
  const running = runServe(
    { ...context, signals },
    { dataDirectory: directory, logLevel: 'silent' },
  ).catch((error: unknown) => {
    state.failure = error
  })
  const isHealthy = async (): Promise<boolean> => {
    if (state.failure !== undefined) throw state.failure as Error
    const asked = callSocket(join(directory, 'operator.sock'), 'GET', '/v1/health')
    return asked.then(
      ({ status }) => status === 200,
      () => false,
    )
  }
  await until(isHealthy, { every: 5 })
  return async () => {
    signals.emit('SIGTERM', 'SIGTERM')
    await running
  }
}

const rowsOf = (directory: string, sql: string): Record<string, unknown>[] => {
  const database = new Database(join(directory, 'easycerts.db'), { readonly: true })
  try {
    return database.prepare(sql).all() as Record<string, unknown>[]
  } finally {
    database.close()
  }
}

const issuerIn = (directory: string, purpose: IssuerPurpose): Forged => {
  const [row] = rowsOf(directory, `SELECT certificate FROM issuers WHERE id = '${purpose}-g1'`)
  const certificate = parseCertificate(row?.['certificate'] as Buffer)
  const key = parseSigningKey(readFileSync(join(directory, 'keys', `${purpose}-g1.pem`), 'utf8'))
  return { certificate, key, pem: certificatePem(certificate) }
}
