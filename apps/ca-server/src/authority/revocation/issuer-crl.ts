import { sha256Hex } from '@easycerts/shared/encoding'
import { buildCrl, CrlEntries } from '@easycerts/shared/revocation'
import { addDuration, type Duration, truncateToSecond } from '@easycerts/shared/time'
import type { Authority } from '../authority.ts'
import { actorAt } from '../actor-at.ts'
import { requireGoodClock } from '../held-clock.ts'
import type { Issuer } from '../issuers.ts'
import { KeyedMutex } from '../keyed-mutex.ts'
import type { CrlRow, RevocationRow } from '../store/index.ts'

/** The CRL of an issuer that is served: its row and its octets are in the records already. */
export interface PublishedCrl extends CrlRow {
  readonly der: Buffer
}

export interface CrlOptions {
  /** From thisUpdate to nextUpdate; the next CRL is made when half of it is over. */
  readonly life: Duration
  /** Told of every CRL once it is durable; what it throws is tried again by `publishIfDue`. */
  readonly deliver: (crl: PublishedCrl) => Promise<void>
}

const PAGE = 2000
const EVERY_DATE = ''

/** Issuers with one name and one key: to their verifiers they are one, which has one CRL. */
export interface CrlIssuers {
  /** Signs. The CRL is recorded under its id. */
  readonly signer: Issuer
  /** Under whose ids the CRL is served. */
  readonly servedAs: readonly string[]
  /** Whose revocations it lists. */
  readonly listed: readonly string[]
}

/** The CRL of one issuer: what it lists, when it is due, and how the next one comes about. */
export class IssuerCrl {
  readonly #authority: Authority
  readonly #issuers: CrlIssuers
  readonly #options: CrlOptions
  readonly #mutex = new KeyedMutex()
  readonly #entries = new CrlEntries()
  /** Per issuer: sequence of its last revocation among the entries. */
  readonly #loadedOf = new Map<string, number>()
  #last: CrlRow | undefined
  #current: PublishedCrl | undefined
  #served: ReadonlyMap<string, PublishedCrl> = new Map()
  /** Something is recorded that the CRL, or whom it is delivered to, does not know yet. */
  #isBehind = false

  private constructor(authority: Authority, issuers: CrlIssuers, options: CrlOptions) {
    this.#authority = authority
    this.#issuers = issuers
    this.#options = options
  }

  /** Takes up the CRL that the records hold; `publishIfDue` makes one that is missing. */
  static async open(
    authority: Authority,
    issuers: CrlIssuers,
    options: CrlOptions,
  ): Promise<IssuerCrl> {
    const crl = new IssuerCrl(authority, issuers, options)
    const { id } = issuers.signer
    await authority.store.read(async (reading) => {
      const row = await reading.findCrl(id)
      const der = await reading.findCrlDocument(id)
      const after = row?.lastRevocation ?? 0
      crl.#last = row
      if (row && der && sha256Hex(der) === row.sha256) crl.#serve({ ...row, der })
      // A crash may have come between a revocation and its CRL.
      for (const issuerId of issuers.listed) {
        const page = { issuerId, after, notAfterFrom: EVERY_DATE, limit: 1 }
        crl.#isBehind ||= (await reading.listRevocations(page)).length > 0
      }
    })
    return crl
  }

  /** The current one, once for each id that it is served under. */
  get served(): ReadonlyMap<string, PublishedCrl> {
    return this.#served
  }

  /** Whether it tells of revocations of this issuer. */
  isOf(issuerId: string): boolean {
    return this.#issuers.listed.includes(issuerId)
  }

  dueAt(): Date {
    return this.#current === undefined || this.#isBehind ? new Date(0) : halfOf(this.#current)
  }

  /** When readers stop to believe the current one. */
  deadline(): Date {
    return this.#current === undefined
      ? this.#authority.clock()
      : new Date(this.#current.nextUpdate)
  }

  async publishIfDue(): Promise<void> {
    await this.#mutex.run('', async () => {
      const now = this.#authority.clock()
      if (this.dueAt() > now) return
      await this.#publish(this.#current === undefined || halfOf(this.#current) <= now)
    })
  }

  /** A CRL that knows all revocations recorded so far; makes none if the current one does. */
  publishChanges(): Promise<void> {
    return this.#mutex.run('', async () => {
      const wasBehind = this.#isBehind
      this.#isBehind = true
      await this.#load()
      const known = this.#current
      if (wasBehind || !known || known.lastRevocation < this.#loaded) await this.#publish(false)
      else this.#isBehind = false
    })
  }

  /** The current one once more, to whoever may have lost it. */
  async deliverAgain(): Promise<void> {
    await this.#mutex.run('', async () => {
      await this.#deliver()
    })
  }

  /** Entries follow the records by sequence, page by page, so that no list blocks for long. */
  async #load(): Promise<void> {
    const notAfterFrom = this.#last?.scheduledAt ?? EVERY_DATE
    let isMore = true
    while (isMore) {
      // One look at all of them, so that the last page of each says how far the records went by then.
      const pages = await this.#authority.store.read((reading) =>
        Promise.all(
          this.#issuers.listed.map((issuerId) => {
            const after = this.#loadedOf.get(issuerId) ?? 0
            return reading.listRevocations({ issuerId, after, notAfterFrom, limit: PAGE })
          }),
        ),
      )
      pages.flat().forEach((row) => this.#add(row))
      isMore = pages.some((rows) => rows.length === PAGE)
    }
  }

  #add({ issuerId, sequence, revokedAt, notAfter, ...row }: RevocationRow): void {
    const dates = { revokedAt: new Date(revokedAt), notAfter: new Date(notAfter) }
    this.#entries.add({ ...row, ...dates })
    this.#loadedOf.set(issuerId, sequence)
  }

  /** Sequence of the last revocation among the entries. */
  get #loaded(): number {
    return Math.max(0, ...this.#loadedOf.values())
  }

  async #publish(isScheduled: boolean): Promise<void> {
    this.#isBehind = true
    // Dated by a wrong clock it would be refused by its readers, or believed for too long.
    await requireGoodClock(this.#authority)
    await this.#load()
    const last = this.#last
    if (last) this.#entries.dropExpiredBefore(new Date(last.scheduledAt))
    const thisUpdate = truncateToSecond(this.#authority.clock())
    const nextUpdate = addDuration(thisUpdate, this.#options.life)
    const number = nextNumber(last, thisUpdate)
    const { subject: issuer, keyIdentifier: issuerKeyIdentifier, key, id } = this.#issuers.signer
    const facts = { issuer, issuerKeyIdentifier, number: BigInt(number), thisUpdate, nextUpdate }
    const der = buildCrl(facts, this.#entries.encoding, key)
    const row: CrlRow = {
      issuerId: id,
      number,
      thisUpdate: thisUpdate.toISOString(),
      nextUpdate: nextUpdate.toISOString(),
      scheduledAt: isScheduled || !last ? thisUpdate.toISOString() : last.scheduledAt,
      lastRevocation: this.#loaded,
      entries: this.#entries.size,
      sha256: sha256Hex(der),
    }
    await this.#record(row, der)
    this.#last = row
    this.#serve({ ...row, der })
    await this.#deliver()
  }

  #serve(crl: PublishedCrl): void {
    this.#current = crl
    this.#served = new Map(
      this.#issuers.servedAs.map((issuerId) => [issuerId, { ...crl, issuerId }]),
    )
  }

  #record(row: CrlRow, der: Buffer): Promise<void> {
    return this.#authority.store.transact(async (writing) => {
      await writing.putCrl(row, der)
      const { issuerId: issuer, number, nextUpdate, entries, sha256 } = row
      const alsoOf = this.#issuers.listed.filter((id) => id !== issuer)
      const shared = alsoOf.length === 0 ? {} : { alsoOf }
      const body = { issuer, ...shared, number, nextUpdate, entries, sha256 }
      await writing.appendLog(actorAt(this.#authority, 'crl-published', 'ca-server', body))
    })
  }

  async #deliver(): Promise<void> {
    this.#isBehind = true
    for (const crl of this.#served.values()) await this.#options.deliver(crl)
    this.#isBehind = false
  }
}

/**
 * One more than the last, and never less than the Unix time: records restored from a backup do not
 * know the last number, but it was smaller.
 */
const nextNumber = (last: CrlRow | undefined, now: Date): number =>
  Math.max((last?.number ?? 0) + 1, now.getTime() / 1000)

const halfOf = ({ thisUpdate, nextUpdate }: CrlRow): Date =>
  new Date((new Date(thisUpdate).getTime() + new Date(nextUpdate).getTime()) / 2)
