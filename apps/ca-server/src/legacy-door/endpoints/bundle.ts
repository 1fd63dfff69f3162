import { rootCertificates } from 'node:tls'
import { bundleObject } from '@easycerts/cfssl/certinfo'
import { badRequest, cfsslError } from '@easycerts/cfssl/protocol'
import { isEasycertsError } from '@easycerts/shared/errors'
import { parseSigningKey } from '@easycerts/shared/key'
import {
  type Certificate,
  type CertificateChain,
  findOutOfDate,
  isIssuedByAny,
  parseCertificateChain,
  parseCertificatePem,
} from '@easycerts/shared/x509'
import type { Endpoint } from '../endpoint.ts'
import type { LegacyDesk } from '../legacy-desk.ts'
import { fetchChain } from '../outbound/index.ts'
import { parametersOf } from '../request-parameters.ts'

/** The path from a certificate to a root that browsers trust, as cfssl has it without -ca-bundle. */
export const bundleEndpoint: Endpoint = {
  name: 'bundle',
  method: 'POST',
  answer: async (desk, call) => {
    const { matched, parameters } = parametersOf(call, [['certificate'], ['domain']])
    const at = (name: string): string => parameters.get(name) ?? ''
    const [leaf, ...pool] =
      matched[0] === 'certificate'
        ? chainOf(at('certificate'))
        : await remoteChain(desk, at('domain'), at('ip'))
    const path = pathOf(leaf, pool)
    const late = findOutOfDate([...path.chain, path.root], desk.authority.clock())
    if (late) throw cfsslError(1211, 'x509: certificate has expired or is not yet valid')
    requireFlavor(at('flavor'))
    const key = matched[0] === 'certificate' ? at('private_key') : ''
    requireKeyOf(leaf, key)
    return { result: bundleObject({ ...path, key }) }
  },
}

const chainOf = (pem: string): CertificateChain => {
  try {
    return parseCertificateChain(pem)
  } catch (error) {
    if (isEasycertsError(error)) throw cfsslError(1002, 'Failed to decode certificate')
    throw error
  }
}

const remoteChain = (desk: LegacyDesk, domain: string, ip: string): Promise<CertificateChain> => {
  if (!desk.switches.has('outbound-connections')) throw badRequest('not authorised')
  return fetchChain(desk, domain, ip)
}

const LONGEST_PATH = 8

const pathOf = (leaf: Certificate, pool: readonly Certificate[]) => {
  const chain: [Certificate, ...Certificate[]] = [leaf]
  let last = leaf
  while (chain.length < LONGEST_PATH) {
    const subject = last
    const root = webRoots().find((each) => isIssuedByAny(subject, [each]))
    if (root) return { chain, root }
    const above = pool.find((each) => !chain.includes(each) && isIssuedByAny(subject, [each]))
    if (!above) break
    chain.push(above)
    last = above
  }
  throw cfsslError(1220, 'x509: certificate signed by unknown authority')
}

let known: readonly Certificate[] | undefined

/** Mozilla's, as Node brings them along; those that our parser takes. */
const webRoots = (): readonly Certificate[] => {
  known ??= rootCertificates.flatMap((pem) => {
    try {
      return [parseCertificatePem(pem)]
    } catch (error) {
      if (isEasycertsError(error)) return []
      throw error
    }
  })
  return known
}

const FLAVORS = ['', 'ubiquitous', 'optimal', 'force']

const requireFlavor = (flavor: string): void => {
  if (!FLAVORS.includes(flavor)) throw badRequest('invalid bundle flavor')
}

const requireKeyOf = ({ pin }: Certificate, pem: string): void => {
  if (pem === '') return
  try {
    if (parseSigningKey(pem).publicKey.pin === pin) return
  } catch (error) {
    if (!isEasycertsError(error)) throw error
    throw cfsslError(2002, 'Failed to decode private key')
  }
  throw cfsslError(2300, 'Private key does not match public key')
}
