import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { hours } from '@easycerts/shared/time'
import * as v from 'valibot'
import { parseCertificatePem } from '@easycerts/shared/x509'
import {
  adoptCertificate,
  type Authority,
  CrlPublisher,
  OcspResponder,
} from '../../../apps/ca-server/src/authority/index.ts'
import { legacySection } from '../../../apps/ca-server/src/config/sections/legacy.ts'
import { importIssuer } from '../../../apps/ca-server/src/data-directory/import-issuer.ts'
import type { Endpoint } from '../../../apps/ca-server/src/legacy-door/endpoint.ts'
import type { LegacyDesk } from '../../../apps/ca-server/src/legacy-door/legacy-desk.ts'
import { openLegacyDesk } from '../../../apps/ca-server/src/legacy-door/open-desk.ts'
import { CfsslFailure, failureBody, successBody } from '@easycerts/cfssl/protocol'
import { makeFolder } from '../ca-server-process.ts'
import {
  createTestClock,
  makeDataDirectory,
  openRestoredAuthority,
  TEST_CONFIG,
} from '../test-authority.ts'

const FIXTURES = join(import.meta.dirname, '../../fixtures/cfssl')

export const labFile = (name: string): string => join(FIXTURES, 'lab', name)

/** When the exchanges from b041 on were recorded. */
export const LAB_TIME = new Date('2026-11-21T03:14:17Z')

interface Exchange {
  readonly name: string
  readonly request: { readonly method: string; readonly path: string; readonly body: string }
  readonly response: { readonly status: number; readonly body: string }
}

export const LAB_EXCHANGES = JSON.parse(
  readFileSync(join(FIXTURES, 'golden.json'), 'utf8'),
) as Exchange[]

export const exchange = (name: string): Exchange => {
  const found = LAB_EXCHANGES.find((each) => each.name === name)
  if (!found) throw new TypeError(`no exchange ${name}`)
  return found
}

const open = new Set<() => Promise<void>>()

/** For a test that does not keep what it opened. */
export const closeLabs = async (): Promise<void> => {
  for (const dispose of open) await dispose()
}

/** The recorded requests ask for 10.0.0.1, which must not be the CA's own address. */
const LAB_CONFIG = {
  ...TEST_CONFIG,
  cluster: { ...TEST_CONFIG.cluster, apiserver: 'https://192.0.2.1:6443' },
  addresses: ['192.0.2.1', 'ca.demo.example'],
}

/** An authority whose cluster issuer is the CA of the lab, and the desk that ca-server.yaml opens over it. */
export const openLabDesk = async (
  legacy: v.InferInput<typeof legacySection> = {},
  environment: Readonly<Record<string, string>> = {},
) => {
  const folder = makeFolder()
  const directory = join(folder, 'ca')
  const clock = createTestClock(LAB_TIME)
  const cluster = importIssuer({
    purpose: 'cluster',
    certificateFile: labFile('ca.pem'),
    keyFile: labFile('ca-key.pem'),
    passphrase: undefined,
    now: LAB_TIME,
  })
  await makeDataDirectory(directory, {
    clock: clock.read,
    config: LAB_CONFIG,
    origin: { imported: { cluster } },
  })
  const opened = await openRestoredAuthority(directory, clock)
  const crls = await CrlPublisher.open(opened.authority, {
    life: hours(24),
    deliver: () => Promise.resolve(),
  })
  const dispose = async (): Promise<void> => {
    if (!open.delete(dispose)) return
    await opened.dispose()
    rmSync(folder, { recursive: true, force: true })
  }
  open.add(dispose)
  try {
    const desk: LegacyDesk = openLegacyDesk({
      authority: opened.authority,
      config: v.parse(legacySection, { signingConfig: labFile('server.json'), ...legacy }),
      readFile: (path) => readFileSync(path, 'utf8'),
      variable: (name) => environment[name],
      channels: { crls, ocsp: new OcspResponder(opened.authority), disconnect: () => undefined },
    })
    return { desk, clock, crls, authority: opened.authority, directory, dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}

/** What an endpoint answers, as the router writes it. */
export const answerOf = async (
  desk: LegacyDesk,
  endpoint: Endpoint,
  { path, body = '' }: { readonly path: string; readonly body?: string },
): Promise<{ readonly status: number; readonly body: string }> => {
  const call = {
    method: endpoint.method,
    endpoint: endpoint.name,
    query: new URLSearchParams(path.split('?')[1] ?? ''),
    body: Buffer.from(body),
    address: '127.0.0.1',
  }
  try {
    return { status: 200, body: successBody(await endpoint.answer(desk, call)) }
  } catch (error) {
    if (!(error instanceof CfsslFailure)) throw error
    return { status: error.status, body: failureBody(error) }
  }
}

/** The certdb of the lab, as cfssl's driver left it. */
export const makeLabCertdb = (folder: string): string => {
  const path = join(folder, 'certs.db')
  const database = new Database(path)
  database.exec(readFileSync(labFile('certdb-dump.sql'), 'utf8'))
  database.close()
  return path
}

/** Who signs `ocspsign` in the lab. */
export const LAB_OCSP = { certificate: labFile('ocsp.pem'), key: labFile('ocsp-key.pem') }

const REVOKED_IN_LAB = [
  '554204943504457718845138489479872137027950777407',
  '623581850541897234551519860595886148174843137532',
]

/** What exchanges from b031 on look up and revoke; the dump of the certdb is from after them. */
export const adoptLabRecords = async (authority: Authority): Promise<void> => {
  const dump = readFileSync(labFile('certdb-dump.sql'), 'latin1')
  const wanted = { issuers: Object.values(authority.issuers), clock: authority.clock }
  for (const serial of REVOKED_IN_LAB) {
    const [, pem = ''] = new RegExp(`'${serial}'.*?replace\\('(.*?)',`, 's').exec(dump) ?? []
    const certificate = parseCertificatePem(pem.replaceAll('\\n', '\n'))
    await authority.store.transact((writing) =>
      adoptCertificate(writing, wanted, { certificate, revocation: undefined, source: 'the lab' }),
    )
  }
}
