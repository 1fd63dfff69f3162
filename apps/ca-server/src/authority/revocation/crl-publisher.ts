import type { Authority } from '../authority.ts'
import { maySignCrls } from '../issuers.ts'
import { type CrlOptions, IssuerCrl, type PublishedCrl } from './issuer-crl.ts'

/** Makes, keeps and renews the CRLs of all issuers that may sign one. */
export class CrlPublisher {
  readonly #crls: ReadonlyMap<string, IssuerCrl>

  private constructor(crls: ReadonlyMap<string, IssuerCrl>) {
    this.#crls = crls
  }

  static async open(authority: Authority, options: CrlOptions): Promise<CrlPublisher> {
    const issuers = Object.values(authority.issuers).filter(maySignCrls)
    const open = async (issuer: (typeof issuers)[number]) =>
      [issuer.id, await IssuerCrl.open(authority, issuer, options)] as const
    return new CrlPublisher(new Map(await Promise.all(issuers.map(open))))
  }

  /** Undefined for an issuer that is not known, may not sign CRLs, or has none yet. */
  current(issuerId: string): PublishedCrl | undefined {
    return this.#crls.get(issuerId)?.current
  }

  get all(): readonly PublishedCrl[] {
    return [...this.#crls.values()].flatMap(({ current }) => current ?? [])
  }

  dueAt(): Date {
    return earliest([...this.#crls.values()].map((crl) => crl.dueAt()))
  }

  /** When the first CRL runs out. */
  deadline(): Date {
    return earliest([...this.#crls.values()].map((crl) => crl.deadline()))
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
    return this.#crls.get(issuerId)?.publishChanges()
  }

  async #each(work: (crl: IssuerCrl) => Promise<void>): Promise<void> {
    const outcomes = await Promise.allSettled([...this.#crls.values()].map(work))
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  }
}

const LAST_DATE = 8.64e15

const earliest = (instants: readonly Date[]): Date =>
  new Date(Math.min(LAST_DATE, ...instants.map((instant) => instant.getTime())))
