import type { Authority } from '../authority.ts'
import { type Issuer, maySignCrls } from '../issuers.ts'
import { indistinguishableFrom } from './indistinguishable-issuers.ts'
import { type CrlIssuers, type CrlOptions, IssuerCrl, type PublishedCrl } from './issuer-crl.ts'

/** Makes, keeps and renews the CRLs of all issuers that may sign one. */
export class CrlPublisher {
  readonly #crls: readonly IssuerCrl[]

  private constructor(crls: readonly IssuerCrl[]) {
    this.#crls = crls
  }

  static async open(authority: Authority, options: CrlOptions): Promise<CrlPublisher> {
    const issuers = crlIssuersOf(authority)
    return new CrlPublisher(
      await Promise.all(issuers.map((each) => IssuerCrl.open(authority, each, options))),
    )
  }

  /** Undefined for an issuer that is not known, may not sign CRLs, or has none yet. */
  current(issuerId: string): PublishedCrl | undefined {
    return this.#of(issuerId)?.served.get(issuerId)
  }

  get all(): readonly PublishedCrl[] {
    return this.#crls.flatMap(({ served }) => [...served.values()])
  }

  dueAt(): Date {
    return earliest(this.#crls.map((crl) => crl.dueAt()))
  }

  /** When the first CRL runs out. */
  deadline(): Date {
    return earliest(this.#crls.map((crl) => crl.deadline()))
  }

  /** Publishes what is due. All are tried before the first failure is thrown. */
  publishDue(): Promise<void> {
    return this.#each((crl) => crl.publishIfDue())
  }

  deliverAgain(): Promise<void> {
    return this.#each((crl) => crl.deliverAgain())
  }

  /** Undefined for an issuer that has no CRL. */
  async publishChanges(issuerId: string): Promise<PublishedCrl | undefined> {
    await this.#of(issuerId)?.publishChanges()
    return this.current(issuerId)
  }

  #of(issuerId: string): IssuerCrl | undefined {
    return this.#crls.find((crl) => crl.isOf(issuerId))
  }

  async #each(work: (crl: IssuerCrl) => Promise<void>): Promise<void> {
    const outcomes = await Promise.allSettled(this.#crls.map(work))
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  }
}

/** One CRL for all issuers that verifiers cannot tell apart, or they would believe the wrong one. */
const crlIssuersOf = ({ issuers }: Authority): CrlIssuers[] => {
  const signers = Object.values(issuers).filter(maySignCrls)
  return signers.flatMap((signer): CrlIssuers[] => {
    const same = indistinguishableFrom(signer, issuers)
    const servedAs = same.filter(maySignCrls).map(idOf)
    return servedAs[0] === signer.id ? [{ signer, servedAs, listed: same.map(idOf) }] : []
  })
}

const idOf = ({ id }: Issuer): string => id

const LAST_DATE = 8.64e15

const earliest = (instants: readonly Date[]): Date =>
  new Date(Math.min(LAST_DATE, ...instants.map((instant) => instant.getTime())))
