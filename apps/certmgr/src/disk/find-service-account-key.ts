import { readTextFileIfAny } from '@easycerts/adapters/files'
import { decodePem, encodePem } from '@easycerts/shared/encoding'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { pathOn, type Place } from './place.ts'

/** PEM of the key that verifies the tokens signed on this node; undefined where none are. */
export const findServiceAccountKey = (place: Place): string | undefined => {
  try {
    const text = readTextFileIfAny(pathOn(place, NODE_PATHS.serviceAccountPublicKey))
    return text === undefined ? undefined : encodePem('PUBLIC KEY', decodePem('PUBLIC KEY', text))
  } catch {
    return undefined
  }
}
