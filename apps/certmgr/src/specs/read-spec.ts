import { readTextFile } from '@easycerts/adapters/files'
import { type Spec, specSchema } from '@easycerts/shared/certificate-spec'
import { parseConfig } from '@easycerts/shared/config'
import { isEasycertsError, reasonOf } from '@easycerts/shared/errors'

/** What one look at a file found: a spec, or why there is none. */
export type SpecReading = {
  readonly file: string
  /** Undefined if it could not be read. */
  readonly text: string | undefined
} & (
  | { readonly spec: Spec; readonly fault?: undefined }
  /** 'file:line:column: path: what is wrong', one line for each. */
  | { readonly spec?: undefined; readonly fault: string }
)

/** Never fails. The same text gives the very reading that it gave `before`. */
export const readSpec = (file: string, before?: SpecReading): SpecReading => {
  let text: string | undefined
  try {
    text = readTextFile(file)
    if (before?.text === text) return before
    return { file, text, spec: parseConfig(file, text, specSchema) }
  } catch (error) {
    return { file, text, fault: messageOf(file, error) }
  }
}

const messageOf = (file: string, error: unknown): string =>
  isEasycertsError(error) ? error.message : `${file}: ${reasonOf(error)}`
