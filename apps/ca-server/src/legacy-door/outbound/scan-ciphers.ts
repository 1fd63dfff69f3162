import { getCiphers, type SecureVersion } from 'node:tls'
import { CfsslFailure } from '@easycerts/cfssl/protocol'
import { withTls } from './fetch-chain.ts'
import type { ReachableHost } from './reachable-host.ts'
import type { ScanResult } from './scan-result.ts'

const VERSIONS: readonly { readonly version: SecureVersion; readonly name: string }[] = [
  { version: 'TLSv1.3', name: 'TLS 1.3' },
  { version: 'TLSv1.2', name: 'TLS 1.2' },
  { version: 'TLSv1.1', name: 'TLS 1.1' },
  { version: 'TLSv1', name: 'TLS 1.0' },
]

/** Handshakes of one scan; a server has some twenty suites. */
const MOST_HANDSHAKES = 100

/** Each suite that a server takes, in the order of its preference, with the versions it takes it in. */
export const scanCiphers = async (host: ReachableHost): Promise<ScanResult> => {
  const found = new Map<string, string[]>()
  let handshakes = 0
  for (const { version, name } of VERSIONS) {
    let offered = suitesOf(version)
    while (offered.length > 0 && handshakes < MOST_HANDSHAKES) {
      handshakes += 1
      const taken = await negotiated(host, version, offered)
      if (taken === undefined || !offered.includes(taken)) break
      found.set(taken, [...(found.get(taken) ?? []), name])
      offered = offered.filter((suite) => suite !== taken)
    }
  }
  if (found.size === 0) throw new Error("couldn't negotiate any cipher suites")
  const isOld = [...found.values()].flat().some((name) => name === 'TLS 1.0' || name === 'TLS 1.1')
  const output = [...found].map(([suite, versions]) => ({ [suite]: versions }))
  return { grade: isOld ? 'Warning' : 'Good', output }
}

/** In OpenSSL's names, which the library takes and gives. */
const suitesOf = (version: SecureVersion): string[] =>
  getCiphers()
    .map((suite) => suite.toUpperCase())
    .filter((suite) => suite.startsWith('TLS_') === (version === 'TLSv1.3'))

/** The suite that the server chose; undefined once it takes none. */
const negotiated = async (
  host: ReachableHost,
  version: SecureVersion,
  offered: readonly string[],
): Promise<string | undefined> => {
  const ciphers = `${offered.join(':')}${version === 'TLSv1.3' ? '' : ':@SECLEVEL=0'}`
  const options = { minVersion: version, maxVersion: version, ciphers }
  try {
    return await withTls(host, options, (socket) => socket.getCipher().name)
  } catch (error) {
    if (error instanceof CfsslFailure || isUnknownHere(error)) return undefined
    throw error
  }
}

/** The library may have been built without a version or a suite. */
const isUnknownHere = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_')
