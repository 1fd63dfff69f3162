import { posix } from 'node:path'
import { parseSync } from 'oxc-parser'
import { DOORS, type Layer, LAYERS } from './layers.ts'
import type { RepositoryFile } from './repository-files.ts'

const OWN_SCOPE = '@easycerts/'

// A dynamic import, or a type's: its name is a string, or nobody could tell where it leads.
const IMPORT_CALL = /\bimport\(\s*(['"])(?<specifier>[^'"]+)\1/g

/** Everything that a file imports, in any form: static, dynamic, for types, as a re-export. */
export const importsOf = (text: string): string[] => {
  const { staticImports, staticExports } = parseSync('file.ts', text).module
  return [
    ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
    ...[...text.matchAll(IMPORT_CALL)].map(({ groups }) => groups?.['specifier'] ?? ''),
  ]
}

/** Where an import leads: a path of this repository, or the outside name as it is. */
const targetOf = (from: string, specifier: string): string => {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier)
  if (!specifier.startsWith(OWN_SCOPE)) return specifier
  const [name = '', ...folder] = specifier.slice(OWN_SCOPE.length).split('/')
  return posix.join('packages', name, 'src', ...folder)
}

const isWithin = (folder: string, target: string): boolean =>
  target === folder || target.startsWith(`${folder}/`)

const isOfHouse = (target: string): boolean => /^(packages|apps|test|scripts|bench)\//.test(target)

const matches = (allowed: string, target: string): boolean => {
  if (allowed === 'node:*') return target.startsWith('node:')
  if (allowed === '*') return !isOfHouse(target) && !target.startsWith('node:')
  return isWithin(allowed, target)
}

export const layerOf = (path: string): Layer | undefined =>
  LAYERS.filter(({ folder }) => isWithin(folder, path))
    .toSorted((a, b) => a.folder.length - b.folder.length)
    .at(-1)

const faultOf = (from: string, specifier: string): string | undefined => {
  const layer = layerOf(from)
  if (!layer) return 'is in a folder that layers.ts does not know'
  const target = targetOf(from, specifier)
  if (!layer.mayImport.some((allowed) => matches(allowed, target)))
    return `imports ${specifier}, which ${layer.folder} may not`
  const door = DOORS.find(({ door }) => isWithin(door, target))
  if (door && !isWithin(door.keeper, from))
    return `imports ${specifier}, which only ${door.keeper} may`
  return isDeep(from, target) ? `imports ${specifier} past the index.ts of its folder` : undefined
}

const PACKAGE_FOLDER = /^packages\/[^/]+\/src\/[^/]+/

/** A folder of a package shows its index.ts to its neighbours, nothing else. */
const isDeep = (from: string, target: string): boolean => {
  const [folder] = PACKAGE_FOLDER.exec(target) ?? []
  if (folder === undefined || isWithin(folder, from)) return false
  return target !== folder && target !== `${folder}/index.ts`
}

/** One line for each import that goes the wrong way. */
export const wrongImports = ({ path, text }: RepositoryFile): string[] =>
  importsOf(text).flatMap((specifier) => {
    const fault = faultOf(path, specifier)
    return fault === undefined ? [] : [`${path} ${fault}`]
  })
