import { EasycertsError, isEasycertsError } from '@easycerts/shared/errors'
import { type Endpoint, parseEndpoint } from './endpoint.ts'

/**
 * The first endpoint that can be reached, in order. A server that is there and is not the right CA
 * ends the search: falling through would hide an attack.
 */
export const tryEndpoints = async <Opened>(
  urls: readonly string[],
  signal: AbortSignal,
  open: (endpoint: Endpoint) => Promise<Opened>,
): Promise<Opened> => {
  const failures: EasycertsError[] = []
  for (const url of urls) {
    try {
      return await open(parseEndpoint(url))
    } catch (error) {
      signal.throwIfAborted()
      if (!isEasycertsError(error) || !isAbsence(error)) throw error
      failures.push(error)
    }
  }
  throw absenceOf(failures)
}

const isAbsence = ({ code }: EasycertsError) =>
  code === 'ERR_CA_UNREACHABLE' || code === 'ERR_CA_TIMEOUT'

const absenceOf = (failures: readonly EasycertsError[]): EasycertsError => {
  const [first, second] = failures
  if (first && !second) return first
  const reasons = failures.map(({ message }) => message).join('; ')
  return new EasycertsError(
    first?.code ?? 'ERR_CA_UNREACHABLE',
    reasons === '' ? 'no endpoint of the CA is known' : reasons,
  )
}
