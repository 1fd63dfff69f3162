import { buildCfsslCrl, type CfsslCrl } from '@easycerts/cfssl/revocation'
import { readGoDuration } from '@easycerts/cfssl/go-json'
import { cfsslError, goError } from '@easycerts/cfssl/protocol'
import { addDuration, days, type Duration, truncateToSecond } from '@easycerts/shared/time'
import { maySignCrls } from '../../authority/index.ts'
import type { Endpoint } from '../endpoint.ts'
import type { LegacyDesk } from '../legacy-desk.ts'

const DEFAULT_EXPIRY = days(7)

/** A CRL that is believed for years hides every revocation after it. */
const LONGEST_EXPIRY = days(366)

const PAGE = 2000

/** A new CRL for each who asks, as cfssl makes it; what is served over HTTP is another, with a number. */
export const crlEndpoint: Endpoint = {
  name: 'crl',
  method: 'GET',
  opensWith: 'public-records',
  answer: async (desk, { query }) => {
    const { issuer } = desk.root
    if (!maySignCrls(issuer)) throw cfsslError(5200, 'Invalid or unknown policy')
    const text = query.get('expiry') ?? ''
    const expiry = text === '' ? DEFAULT_EXPIRY : expiryOf(text)
    const thisUpdate = truncateToSecond(desk.authority.clock())
    const der = buildCfsslCrl(
      {
        issuer: issuer.subject,
        issuerKeyIdentifier: issuer.keyIdentifier,
        thisUpdate,
        nextUpdate: addDuration(thisUpdate, expiry),
        revoked: await listRevoked(desk, thisUpdate),
      },
      issuer.key,
    )
    return { result: der.toString('base64') }
  },
}

const expiryOf = (text: string): Duration => {
  const expiry = readGoDuration(text)
  if (typeof expiry === 'string') throw goError(expiry)
  if (expiry <= 0 || expiry > LONGEST_EXPIRY)
    throw goError(`a CRL lives up to ${LONGEST_EXPIRY / days(1)} days here`)
  return expiry
}

type Revoked = CfsslCrl['revoked'][number]

/** Of this issuer alone, and not of every CA in the database as cfssl has it. */
const listRevoked = async (
  { authority, root: { issuer } }: LegacyDesk,
  now: Date,
): Promise<Revoked[]> => {
  const notAfterFrom = now.toISOString()
  const revoked: Revoked[] = []
  let after = 0
  for (;;) {
    const wanted = { issuerId: issuer.id, after, notAfterFrom, limit: PAGE }
    const rows = await authority.store.read((reading) => reading.listRevocations(wanted))
    revoked.push(
      ...rows.map(({ serialNumber, revokedAt }) => ({
        serialNumber,
        at: truncateToSecond(new Date(revokedAt)),
      })),
    )
    after = rows.at(-1)?.sequence ?? after
    if (rows.length < PAGE) return revoked
  }
}
