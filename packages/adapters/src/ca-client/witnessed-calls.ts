import type { RouteReply } from '@easycerts/shared/api'
import { decodePemBlocks, sha256Hex } from '@easycerts/shared/encoding'
import type { SignedHead } from '@easycerts/shared/issuance-log'
import type { LogWitness, ProveConsistency } from '../log-witness/index.ts'
import type { CallOptions } from './route-call.ts'

type IssuingRoute = 'certificate' | 'identityRenew'
type WitnessedRoute = IssuingRoute | 'node' | 'nodeLogConsistency'

/** Calls a route and shows the head. */
type Call = <Name extends WitnessedRoute>(
  name: Name,
  given: CallOptions<Name>,
  shown?: SignedHead,
) => Promise<RouteReply<Name>>

/** The calls whose answers are held to the log that this node has seen. */
export const createWitnessedCalls = (call: Call, witness: LogWitness) => {
  const prove: ProveConsistency = async (from, to) => {
    const query = { from: String(from), to: String(to) }
    return (await call('nodeLogConsistency', { query })).hashes
  }
  const askNode = async (): Promise<RouteReply<'node'>> => {
    const shown = witness.shown()
    const reply = await call('node', {}, shown)
    await witness.accept(shown, reply.log, prove)
    return reply
  }
  const issue = async <Name extends IssuingRoute>(name: Name, given: CallOptions<Name>) => {
    // Only the answer to this question has the key that a first head is verified with.
    if (!witness.shown()) await askNode()
    const shown = witness.shown()
    const { certificate, log } = await call(name, given, shown)
    const fingerprint = fingerprintOfPem(certificate)
    await witness.acceptReceipt(shown, log, fingerprint, prove)
    return { certificate, fingerprint, log }
  }
  return { askNode, issue }
}

/** Of the first certificate: what follows it is its chain. */
const fingerprintOfPem = (pem: string): string =>
  sha256Hex(decodePemBlocks(pem)[0]?.der ?? Buffer.alloc(0))
