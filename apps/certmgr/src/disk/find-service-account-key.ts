import { readTextFileIfAny } from '@easycerts/adapters/files'
import { decodePem, encodePem } from '@easycerts/shared/encoding'
import { ALL_LAYOUTS } from '@easycerts/shared/layout'
import { pathOn, type Place } from './place.ts'

/** PEM of the key that verifies the tokens signed on this node; undefined where none are. */
export const findServiceAccountKey = (place: Place): string | undefined => {
  try {
    const [text] = ALL_LAYOUTS.flatMap(
      ({ serviceAccountPublicKey: path }) => readTextFileIfAny(pathOn(place, path)) ?? [],
    )
    return text === undefined ? undefined : encodePem('PUBLIC KEY', decodePem('PUBLIC KEY', text))
  } catch {
    return undefined
  }
}
