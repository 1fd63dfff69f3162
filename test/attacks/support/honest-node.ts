import { readFileSync } from 'node:fs'
import { generateSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import type { CaServerProcess } from '../../support/ca-server-process.ts'
import { askCertificate, callAs, joinNode } from '../../support/joiner.ts'
import { until } from '../../support/until.ts'

/** A new node joins, gets a certificate and renews its identity; the milliseconds that it took. */
export const honestNode = async (server: CaServerProcess, name: string): Promise<number> => {
  const startedAt = performance.now()
  const identity = await joinNode(server, name)
  const { code } = await askCertificate(server, identity, 'kubelet-client')
  if (code !== undefined) throw new Error(`no certificate: ${code}`)
  const key = await generateSigningKey('ecdsa-p256')
  const body = { csr: buildCertificateRequest(key) }
  const renewed = await callAs(server, identity, 'POST', '/v1/identity/renew', body)
  const next = { key, certificate: String(renewed.body['certificate']) }
  const confirmed = await callAs(server, next, 'POST', '/v1/identity/confirm', {})
  if (confirmed.code !== undefined) throw new Error(`not renewed: ${confirmed.code}`)
  return performance.now() - startedAt
}

/** What an honest node may take during an attack, on the machine of the moment: measured without one. */
export const honestBound = async (server: CaServerProcess): Promise<number> => {
  const alone = await honestNode(server, 'worker-alone')
  return 2_000 + 10 * alone
}

const statusLine = (pid: number, field: string): number => {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0)
}

/** Resident memory of a process in MiB. */
export const residentOf = ({ pid }: CaServerProcess): number => statusLine(pid, 'VmRSS') / 1024

/** Waits until the server has let go of all these connections. */
export const allClosed = (
  sockets: readonly { readonly destroyed: boolean }[],
  within: number,
): Promise<void> => until(() => sockets.every(({ destroyed }) => destroyed), { within, every: 100 })
