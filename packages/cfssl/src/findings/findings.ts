import { EasycertsError } from '@easycerts/shared/errors'

/** What a reader finds in a file: what is wrong, and what is right and yet not what it seems. */
export class Findings {
  readonly faults: string[] = []
  readonly notes: string[] = []
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  fault(path: string, what: string): void {
    this.faults.push(this.#line(path, what))
  }

  note(path: string, what: string): void {
    this.notes.push(this.#line(path, what))
  }

  /** ERR_CONFIG_INVALID with every fault on a line of its own. */
  throwFaults(): void {
    if (this.faults.length > 0)
      throw new EasycertsError('ERR_CONFIG_INVALID', this.faults.join('\n'))
  }

  #line(path: string, what: string): string {
    return `${this.#file}: ${path === '' ? '' : `${path}: `}${what}`
  }
}
