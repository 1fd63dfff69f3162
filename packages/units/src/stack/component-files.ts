import { NODE_PATHS } from '@easycerts/shared/layout'
import { stringify } from 'yaml'
import { serializeUnit, type Unit } from '../systemd/index.ts'
import type { GeneratedFile } from './generated-file.ts'

/** What one component adds to a node: its units, and the files that they name. */
export interface ComponentFiles {
  readonly units: readonly Unit[]
  readonly files: readonly GeneratedFile[]
}

const WRITTEN_BY = 'Written by easycerts (node-join), which replaces it when it runs again.'

export const unitFile = (unit: Unit): GeneratedFile => ({
  path: `${NODE_PATHS.unitDirectory}/${unit.name}`,
  content: serializeUnit(unit, [WRITTEN_BY, `Change it by a drop-in: systemctl edit ${unit.name}`]),
  mode: 0o644,
})

/** A configuration file in a format whose comments begin with `#`. */
export const configFile = (path: string, content: string): GeneratedFile => ({
  path,
  content: `# ${WRITTEN_BY}\n${content}`,
  mode: 0o644,
})

export const yamlFile = (path: string, value: object): GeneratedFile =>
  configFile(path, stringify(value, { aliasDuplicateObjects: false }))

/** JSON has no comments. */
export const jsonFile = (path: string, value: object): GeneratedFile => ({
  path,
  content: `${JSON.stringify(value, undefined, 2)}\n`,
  mode: 0o644,
})
