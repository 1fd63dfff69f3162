import { GoJsonError, readGoObject } from '@easycerts/cfssl/go-json'
import { badRequest, goError } from '@easycerts/cfssl/protocol'
import type { LegacyCall } from './legacy-call.ts'

/** A body that cfssl reads as a map of texts: keys in their case, the last of several counts. */
export type RequestParameters = ReadonlyMap<string, string>

/**
 * The first of these sets whose names are all there, with the whole body. What is no map of texts
 * fails in Go's words, without a code.
 */
export const parametersOf = <Name extends string>(
  { body }: LegacyCall,
  sets: readonly (readonly Name[])[],
): { readonly matched: readonly Name[]; readonly parameters: RequestParameters } => {
  const parameters = readParameters(body.toString('utf8'))
  const matched = sets.find((names) => names.every((name) => parameters.has(name)))
  if (!matched) throw badRequest('no valid parameter sets found')
  return { matched, parameters }
}

const readParameters = (text: string): RequestParameters => {
  try {
    const { members } = readGoObject(text, 'map[string]string')
    return new Map(
      members.map(({ key, value }) => {
        if (value.kind === 'null') return [key, '']
        if (value.kind === 'string') return [key, value.value]
        const kind = value.kind === 'boolean' ? 'bool' : value.kind
        throw new GoJsonError(`json: cannot unmarshal ${kind} into Go value of type string`)
      }),
    )
  } catch (error) {
    if (error instanceof GoJsonError) throw goError(error.message)
    throw error
  }
}
