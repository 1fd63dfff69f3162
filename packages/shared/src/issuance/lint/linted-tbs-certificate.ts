import type { TbsCertificate } from '../../x509/index.ts'

type Told = Pick<TbsCertificate, 'serialNumber' | 'validity'>

/**
 * A certificate that every rule passed. The octets that were judged are private: a copy, a spread or
 * a literal has none, for the compiler and at run time, and nobody can change them before they are
 * signed. Only `lint` makes one.
 */
export class LintedTbsCertificate implements Told {
  readonly serialNumber: Told['serialNumber']
  readonly validity: Told['validity']
  readonly #octets: Buffer

  constructor({ serialNumber, validity }: Told, octets: Buffer) {
    this.serialNumber = serialNumber
    this.validity = validity
    this.#octets = octets
  }

  /** TypeError for anything that only looks like one. */
  static octetsOf(linted: LintedTbsCertificate): Buffer {
    return linted.#octets
  }
}
