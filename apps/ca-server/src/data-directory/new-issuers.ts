import { mkdir } from 'node:fs/promises'
import { writeFileDurably } from '@easycerts/adapters/files'
import { generateSigningKey, type KeyAlgorithm, type SigningKey } from '@easycerts/shared/key'
import { ISSUER_PURPOSES, type IssuerPurpose } from '@easycerts/shared/profile'
import {
  addDuration,
  type Clock,
  type Duration,
  minutes,
  truncateToSecond,
} from '@easycerts/shared/time'
import {
  buildSerialNumber,
  type Certificate,
  certificateChainPem,
  parseCertificate,
  SERIAL_RANDOM_OCTETS,
} from '@easycerts/shared/x509'
import type { IssuerRequestRow, IssuerRow } from '../authority/index.ts'
import type { DataPaths } from '../config/data-paths.ts'
import { createIssuerCertificate, createIssuerRequest } from '../issuer-ceremony/index.ts'
import type { NewIssuerKeys } from '../key-store/index.ts'
import type { ImportedIssuer } from './import-issuer.ts'

/** Who signs the certificates of new issuers. `none`: each is its own root. */
export type RootKind = 'none' | 'external' | 'internal'

export interface IssuersWish {
  readonly cluster: string
  readonly keyAlgorithm: KeyAlgorithm
  readonly life: Duration
  readonly root: RootKind
  /** Takes the key of an internal root, which is kept nowhere else. */
  readonly keepRoot?: (root: InternalRoot) => Promise<void>
  /** CAs that exist; the other purposes get new ones. */
  readonly imported: Partial<Readonly<Record<IssuerPurpose, ImportedIssuer>>>
  readonly clock: Clock
  readonly random: (octets: number) => Buffer
}

export interface InternalRoot {
  readonly certificate: Certificate
  readonly key: Awaited<ReturnType<typeof generateSigningKey>>
}

/** What the records hold of new issuers. */
export interface NewIssuers {
  readonly issuers: readonly IssuerRow[]
  readonly requests: readonly IssuerRequestRow[]
}

const ISSUER_NAMES: Readonly<Record<IssuerPurpose, string>> = {
  cluster: 'kubernetes-ca',
  etcd: 'etcd-ca',
  'front-proxy': 'front-proxy-ca',
  enrolment: 'easycerts-enrolment-ca',
}

const BACKDATE = minutes(5)

/** Makes, takes over, or asks for the first generation of every issuer; keys and requests are durable. */
export const makeIssuers = async (
  keys: NewIssuerKeys,
  paths: DataPaths,
  wish: IssuersWish,
): Promise<NewIssuers> => {
  const root = wish.root === 'internal' ? await createRoot(wish) : undefined
  const issuers: IssuerRow[] = []
  const requests: IssuerRequestRow[] = []
  for (const purpose of ISSUER_PURPOSES) {
    const imported = wish.imported[purpose]
    if (imported) issuers.push(await adopt(keys, purpose, imported))
    else if (wish.root === 'external') requests.push(await request(keys, paths, purpose, wish))
    else issuers.push(await create(keys, purpose, wish, root))
  }
  return { issuers, requests }
}

const idOf = (purpose: IssuerPurpose): string => `${purpose}-g1`
const nameOf = (purpose: IssuerPurpose, { cluster }: IssuersWish): string =>
  `${cluster} ${ISSUER_NAMES[purpose]} g1`

const adopt = async (
  keys: NewIssuerKeys,
  purpose: IssuerPurpose,
  { certificate, above, key }: ImportedIssuer,
): Promise<IssuerRow> => {
  const id = idOf(purpose)
  const { location } = await keys.adopt(id, key)
  return rowOf(id, purpose, { certificate, above, location })
}

const request = async (
  keys: NewIssuerKeys,
  paths: DataPaths,
  purpose: IssuerPurpose,
  wish: IssuersWish,
): Promise<IssuerRequestRow> => {
  const id = idOf(purpose)
  const { key, location } = await keys.generate(id, wish.keyAlgorithm)
  const pem = createIssuerRequest(key, nameOf(purpose, wish))
  await mkdir(paths.requests, { mode: 0o700, recursive: true })
  await writeFileDurably({ path: paths.issuerRequest(id), content: pem, mode: 0o600 })
  return { id, purpose, pin: key.publicKey.pin, keyLocation: location, request: pem }
}

const create = async (
  keys: NewIssuerKeys,
  purpose: IssuerPurpose,
  wish: IssuersWish,
  root: InternalRoot | undefined,
): Promise<IssuerRow> => {
  const id = idOf(purpose)
  const { key, location } = await keys.generate(id, wish.keyAlgorithm)
  const certificate = await certify(nameOf(purpose, wish), key, wish, root && { parent: root })
  return rowOf(id, purpose, { certificate, above: root ? [root.certificate] : [], location })
}

/** Its key signs the issuers here and now, and is then needed only for their successors. */
const createRoot = async (wish: IssuersWish): Promise<InternalRoot> => {
  const key = await generateSigningKey(wish.keyAlgorithm)
  const certificate = await certify(`${wish.cluster} root-ca g1`, key, wish, { pathLength: 1 })
  const root = { certificate, key }
  await wish.keepRoot?.(root)
  return root
}

const certify = async (
  commonName: string,
  key: SigningKey,
  { clock, random, life }: IssuersWish,
  place: Pick<Parameters<typeof createIssuerCertificate>[0], 'parent' | 'pathLength'> = {},
): Promise<Certificate> => {
  const now = truncateToSecond(clock())
  const notAfter = addDuration(now, life - 1000)
  const latest = place.parent?.certificate.validity.notAfter ?? notAfter
  const der = await createIssuerCertificate({
    commonName,
    serialNumber: buildSerialNumber(now, random(SERIAL_RANDOM_OCTETS)),
    notBefore: addDuration(now, 0 - BACKDATE),
    notAfter: notAfter > latest ? latest : notAfter,
    key,
    ...place,
  })
  return parseCertificate(der)
}

const rowOf = (
  id: string,
  purpose: IssuerPurpose,
  issuer: {
    readonly certificate: Certificate
    readonly above: readonly Certificate[]
    readonly location: string
  },
): IssuerRow => ({
  id,
  purpose,
  certificate: issuer.certificate.der,
  pin: issuer.certificate.pin,
  chain: certificateChainPem(issuer.above),
  keyLocation: issuer.location,
})
