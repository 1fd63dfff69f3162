import { decodePem, sha256Hex } from '@easycerts/shared/encoding'
import { type ExportableKey, generateSigningKey } from '@easycerts/shared/key'
import { signReturnStatement } from '@easycerts/shared/ticket'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import type { Answer } from '../../support/ca-server-process.ts'
import {
  callAs,
  type Connection,
  type Identity,
  openConnection,
  type RawAnswer,
} from '../../support/joiner.ts'
import type { AttackedCa } from './attacked-ca.ts'

type Ca = Pick<AttackedCa, 'nodePort' | 'joinPort' | 'operator'>

export const newKey = (): Promise<ExportableKey> => generateSigningKey('ecdsa-p256')

/** What the CA says to whoever shows this identity. */
export const look = (ca: Ca, identity: Identity): Promise<RawAnswer> =>
  callAs(ca, identity, 'GET', '/v1/node')

export const askRenewal = (ca: Ca, identity: Identity, key: ExportableKey): Promise<RawAnswer> =>
  callAs(ca, identity, 'POST', '/v1/identity/renew', { csr: buildCertificateRequest(key) })

export const confirm = (ca: Ca, identity: Identity): Promise<RawAnswer> =>
  callAs(ca, identity, 'POST', '/v1/identity/confirm', {})

/** The first phase; throws if it is refused. */
export const renew = async (ca: Ca, identity: Identity): Promise<Identity> => {
  const key = await newKey()
  const { body, code } = await askRenewal(ca, identity, key)
  if (code !== undefined) throw new Error(`not renewed: ${code}`)
  return { key, certificate: String(body['certificate']) }
}

/** Both phases, as an honest node has them. */
export const renewAndConfirm = async (ca: Ca, identity: Identity): Promise<Identity> => {
  const next = await renew(ca, identity)
  const { code } = await confirm(ca, next)
  if (code !== undefined) throw new Error(`not confirmed: ${code}`)
  return next
}

export const fingerprintOf = ({ certificate }: Identity): string =>
  sha256Hex(decodePem('CERTIFICATE', certificate))

/** State of a node, and why, as the operator sees it. */
export const nodeOf = async (ca: Ca, name: string): Promise<Record<string, unknown>> =>
  (await ca.operator('GET', `/v1/nodes/${name}`)).body

export const quarantine = (ca: Ca, name: string): Promise<Answer> =>
  ca.operator('POST', `/v1/nodes/${name}/quarantine`, { reason: 'an attack' })

export const kindsInLog = (ca: Pick<AttackedCa, 'rows'>): string[] =>
  ca.rows('SELECT kind FROM log ORDER BY sequence').map(({ kind }) => String(kind))

/** Alarms that an operator would be woken by. */
export const alarmsOf = (ca: Pick<AttackedCa, 'rows'>): string[] =>
  kindsInLog(ca).filter((kind) => /forked|contested/.test(kind))

/** What `ca-server status` says of identities. */
export const identityCheck = async (ca: Ca): Promise<unknown> => {
  const { body } = await ca.operator('GET', '/v1/status')
  const checks = body['checks'] as { name: string; status: string }[]
  return checks.find(({ name }) => name === 'identities')?.status
}

/** The body of a return over a connection, with the nonce that the CA gave. */
export const returnBody = async (connection: Connection, held: Identity, key: ExportableKey) => {
  const asked = await connection.send('POST', '/v1/return/nonce', {})
  const csr = buildCertificateRequest(key)
  const identity = fingerprintOf(held)
  const signature = signReturnStatement(held.key, {
    identity,
    request: decodePem('CERTIFICATE REQUEST', csr),
    nonce: String(asked.body['nonce']),
    exporter: connection.exporter,
  })
  return { identity, csr, signature: signature.toString('base64url') }
}

/** One return over a connection of its own. */
export const tryReturn = async (
  ca: Ca,
  held: Identity,
  key?: ExportableKey,
): Promise<RawAnswer & { readonly key: ExportableKey }> => {
  const own = key ?? (await newKey())
  const connection = await openConnection(ca.joinPort)
  try {
    const body = await returnBody(connection, held, own)
    return { ...(await connection.send('POST', '/v1/return', body)), key: own }
  } finally {
    connection.close()
  }
}

/** The same, which must succeed; the identity is not confirmed yet. */
export const returnWith = async (
  ca: Ca,
  held: Identity,
  key?: ExportableKey,
): Promise<Identity> => {
  const { body, code, key: own } = await tryReturn(ca, held, key)
  if (code !== undefined) throw new Error(`no return: ${code}`)
  return { key: own, certificate: String(body['certificate']) }
}
