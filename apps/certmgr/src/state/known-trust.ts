import { dirname } from 'node:path'
import { ensureDirectory, writeFileDurably } from '@easycerts/adapters/files'
import { decodePemBlocks } from '@easycerts/shared/encoding'
import { bundlesOfTrust, serviceAccountBundle, type TrustDocument } from '@easycerts/shared/trust'
import { type Certificate, parseCertificate } from '@easycerts/shared/x509'
import * as v from 'valibot'
import { readJsonIfAny } from './read-json.ts'

/** PEM of each purpose's bundle. */
export type TrustBundles = Readonly<Record<string, string>>

const schema = v.record(v.string(), v.string())

/** Of the document, or without one as the CA told; `ownKey`: of this master, PEM. */
export const bundlesFor = (
  document: TrustDocument | undefined,
  told: TrustBundles,
  ownKey: string | undefined,
): TrustBundles => ({
  ...(document ? bundlesOfTrust(document) : told),
  ...(ownKey === undefined ? {} : { 'service-account': serviceAccountBundle(document, ownKey) }),
})

/** What a CA without trust documents told. */
export const readKnownTrust = (path: string): TrustBundles | undefined =>
  readJsonIfAny(path, schema)

export const writeKnownTrust = async (path: string, bundles: TrustBundles): Promise<void> => {
  await ensureDirectory(dirname(path), 0o700)
  const content = `${JSON.stringify(bundles, null, 2)}\n`
  await writeFileDurably({ path, content, mode: 0o600 })
}

/** The enrolment CA's certificates are for easycerts alone, and tokens are no certificates. */
const NOT_OF_COMPONENTS = new Set(['enrolment', 'service-account'])

/** CAs that may stand behind a certificate of a component. */
export const authoritiesOf = (bundles: TrustBundles): Certificate[] => {
  const pems = Object.entries(bundles).filter(([purpose]) => !NOT_OF_COMPONENTS.has(purpose))
  const all = pems.flatMap(([, pem]) =>
    decodePemBlocks(pem).map(({ der }) => parseCertificate(der)),
  )
  return [...new Map(all.map((certificate) => [certificate.fingerprint, certificate])).values()]
}
