import { SERVICE_PROGRAM_KINDS, serviceNameOf } from '@easycerts/adapters/service-manager'
import type { Spec } from '@easycerts/shared/certificate-spec'
import { reasonOf } from '@easycerts/shared/errors'
import type { CertmgrConfig } from '../config/index.ts'
import type { LoadedSpecs } from './loaded-specs.ts'

/** One fault for each unit that the service manager of this configuration cannot have. */
export const findForeignUnits = (
  { files }: LoadedSpecs,
  { serviceManager }: Pick<CertmgrConfig, 'serviceManager'>,
): string[] => {
  const kind = SERVICE_PROGRAM_KINDS.find((each) => each === serviceManager.kind)
  if (kind === undefined) return []
  return files.flatMap(({ file, spec }) =>
    unitsOf(spec).flatMap((unit) => {
      try {
        serviceNameOf(kind, unit)
        return []
      } catch (error) {
        return [`${file}:1:1: actions: ${reasonOf(error)}`]
      }
    }),
  )
}

const unitsOf = ({ actions }: Spec): string[] =>
  Object.values(actions).flatMap((list) =>
    (list ?? []).flatMap((action) => {
      if ('restart' in action) return [action.restart]
      return 'reload' in action ? [action.reload] : []
    }),
  )
