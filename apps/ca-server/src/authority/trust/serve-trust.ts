import { MAX_TRUST_PAGE } from '@easycerts/shared/api'
import type { SignedTrust } from '@easycerts/shared/trust'
import type { Authority } from '../authority.ts'
import type { TrustKeyRow, TrustVersionRow } from '../store/index.ts'
import { keepTrust } from './keep-trust.ts'

/** A client takes no answer beyond 1 MiB, and base64 makes three octets four. */
const MAX_PAGE_OCTETS = 512 * 1024

export interface TrustPage {
  readonly documents: SignedTrust[]
  /** The newest version that there is, on this page or behind it. */
  readonly latest: number
}

/** The versions that follow one, in order and without a gap, as many as an answer holds. */
export const trustAfter = async ({ store }: Authority, version: number): Promise<TrustPage> =>
  store.read(async (reading) => {
    const [rows, newest, key] = await Promise.all([
      reading.listTrustAfter(version, MAX_TRUST_PAGE),
      reading.findNewestTrust(),
      reading.findActiveTrustKey(),
    ])
    let octets = 0
    const page = rows.filter(({ document }, index) => {
      octets += document.length
      return index === 0 || octets <= MAX_PAGE_OCTETS
    })
    return { documents: page.map((row) => signedTrustOf(row, key)), latest: newest?.version ?? 0 }
  })

/** The newest version, with what a machine needs that knows only a pin; made if there is none yet. */
export const newestTrust = async (authority: Authority): Promise<SignedTrust> => {
  const { store } = authority
  const find = () => store.read((reading) => reading.findNewestTrust())
  let row = await find()
  if (!row) {
    await keepTrust(authority)
    row = await find()
  }
  if (!row) throw new TypeError('there is no trust document')
  return signedTrustOf(row, await store.read((reading) => reading.findActiveTrustKey()))
}

const signedTrustOf = (
  { document, signatures }: TrustVersionRow,
  key: TrustKeyRow | undefined,
): SignedTrust => ({
  document: document.toString('base64url'),
  signatures,
  certifications: key?.certificate ? [key.certificate.toString('base64url')] : [],
})
