import {
  MAX_ENTRY_OCTETS,
  type RevokedCertificate,
  writeRevokedCertificate,
} from './revoked-certificate.ts'

/** An entry, and until when it must be listed. */
export interface ListedCertificate extends RevokedCertificate {
  readonly notAfter: Date
}

const FIRST_CAPACITY = 16 * 1024

/**
 * The encoded entries of one issuer's CRL in one growing buffer, so that one more costs its own
 * encoding and nothing else.
 */
export class CrlEntries {
  #octets = Buffer.allocUnsafe(FIRST_CAPACITY)
  #length = 0
  /** Per entry: where it ends in the buffer, and the notAfter of its certificate in milliseconds. */
  #ends: number[] = []
  #notAfters: number[] = []
  #earliestEnd = Infinity

  get size(): number {
    return this.#ends.length
  }

  /** Valid until the next change. */
  get encoding(): Buffer {
    return this.#octets.subarray(0, this.#length)
  }

  add(entry: ListedCertificate): void {
    this.#reserve(this.#length + MAX_ENTRY_OCTETS)
    const end = writeRevokedCertificate(this.#octets, this.#length, entry)
    this.#keep(end, entry.notAfter.getTime())
  }

  /**
   * Drops what expired before an instant. RFC 5280 §3.3 lets an entry go once it has been on a
   * regularly scheduled CRL after its certificate's end, so the instant is the last such thisUpdate.
   */
  dropExpiredBefore(instant: Date): void {
    if (this.#earliestEnd >= instant.getTime()) return
    const [ends, notAfters] = [this.#ends, this.#notAfters]
    this.#ends = []
    this.#notAfters = []
    this.#length = 0
    this.#earliestEnd = Infinity
    ends.forEach((end, index) => {
      const notAfter = notAfters[index] ?? 0
      if (notAfter < instant.getTime()) return
      const start = ends[index - 1] ?? 0
      this.#octets.copyWithin(this.#length, start, end)
      this.#keep(this.#length + end - start, notAfter)
    })
  }

  #keep(end: number, notAfter: number): void {
    this.#length = end
    this.#ends.push(end)
    this.#notAfters.push(notAfter)
    this.#earliestEnd = Math.min(this.#earliestEnd, notAfter)
  }

  #reserve(capacity: number): void {
    if (capacity <= this.#octets.length) return
    const larger = Buffer.allocUnsafe(Math.max(capacity, this.#octets.length * 2))
    larger.set(this.encoding)
    this.#octets = larger
  }
}
