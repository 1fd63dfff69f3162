import type { NameEntry, SubjectOverride } from '../sign-request/index.ts'
import { EMPTY_NAME, type LegacyName } from './legacy-name.ts'

/** The lists of a name that `names` of cfssl speaks of. */
export const namesOfEntries = (
  entries: readonly NameEntry[],
): Pick<
  LegacyName,
  'country' | 'province' | 'locality' | 'organization' | 'organizationalUnit'
> => {
  const valuesOf = (field: keyof NameEntry): string[] =>
    entries.map((entry) => entry[field]).filter((value) => value !== '')
  return {
    country: valuesOf('country'),
    province: valuesOf('province'),
    locality: valuesOf('locality'),
    organization: valuesOf('organization'),
    organizationalUnit: valuesOf('organizationalUnit'),
  }
}

/** What the override leaves empty comes from the request; what it cannot say is dropped. */
export const overrideSubject = (
  override: SubjectOverride | undefined,
  requested: LegacyName,
): LegacyName => {
  if (!override) return requested
  const given = namesOfEntries(override.names)
  const orRequested = (field: keyof typeof given): readonly string[] =>
    given[field].length === 0 ? requested[field] : given[field]
  return {
    ...EMPTY_NAME,
    country: orRequested('country'),
    province: orRequested('province'),
    locality: orRequested('locality'),
    organization: orRequested('organization'),
    organizationalUnit: orRequested('organizationalUnit'),
    commonName: override.commonName === '' ? requested.commonName : override.commonName,
    serialNumber: override.serialNumber === '' ? requested.serialNumber : override.serialNumber,
  }
}
