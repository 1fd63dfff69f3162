import type { CaServerProcess } from '../../support/ca-server-process.ts'
import { connectAs, type Connection, type Identity } from '../../support/joiner.ts'
import { type Answered, noteCertificate, noteCrl } from './answered.ts'
import type { StepServer } from './step-server.ts'

/** Nodes that ask a CA for certificates, all at once and without end. */
export interface Clients {
  readonly ports: Pick<CaServerProcess, 'nodePort'>
  readonly nodes: readonly Identity[]
  /** One request (PEM) for each. */
  readonly csrs: readonly string[]
}

/** Until the server is gone; every certificate that arrives is noted. */
export const askUntilGone = async (
  { ports, nodes, csrs }: Clients,
  answered: Answered,
): Promise<void> => {
  await Promise.all(
    nodes.map(async (node, index) => {
      const connection = await connectAs(ports, node).catch(() => undefined)
      if (!connection) return
      const body = { profile: 'kubelet-client', csr: csrs[index] }
      while (await askOnce(connection, body, answered));
      connection.close()
    }),
  )
}

const askOnce = async (
  connection: Connection,
  body: unknown,
  answered: Answered,
): Promise<boolean> => {
  const answer = await connection.send('POST', '/v1/certificates', body).catch(() => undefined)
  return answer !== undefined && noteCertificate(answered, answer.body)
}

/** An operator who revokes one certificate after the other, until the server is gone. */
export const revokeUntilGone = async (server: StepServer, answered: Answered): Promise<void> => {
  for (const serialNumber of [...answered.certificates.keys()].toReversed()) {
    if (answered.revoked.has(serialNumber)) continue
    const target = { kind: 'serial', serialNumber }
    const answer = await server
      .operator('POST', '/v1/revocations', { target, reason: 'superseded' })
      .catch(() => undefined)
    if (answer?.status !== 200) return
    answered.revoked.add(serialNumber)
    for (const { crl } of answer.body['publications'] as Publication[])
      if (crl) noteCrl(answered, crl)
  }
}

interface Publication {
  readonly crl: { readonly issuer: string; readonly number: number } | null
}
