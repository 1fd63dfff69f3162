import { EasycertsError, isEasycertsError } from '@easycerts/shared/errors'

/** What is in the way, told all at once: who corrects one line after the other loses an evening. */
export interface Faults {
  readonly add: (fault: string) => void
  /** The value, or undefined and a fault. */
  readonly attempt: <Value>(look: () => Value) => Value | undefined
  /** ERR_CONFIG_INVALID with every fault, if there is one. */
  readonly refuse: () => void
}

export const collectFaults = (): Faults => {
  const faults: string[] = []
  return {
    add: (fault) => void faults.push(fault),
    attempt: (look) => {
      try {
        return look()
      } catch (error) {
        if (!isEasycertsError(error)) throw error
        faults.push(error.message)
        return undefined
      }
    },
    refuse: () => {
      if (faults.length > 0)
        throw new EasycertsError('ERR_CONFIG_INVALID', [...new Set(faults)].join('\n'), {
          hint: 'nothing was changed: correct the places named above, or say with a flag where each thing is',
        })
    },
  }
}
