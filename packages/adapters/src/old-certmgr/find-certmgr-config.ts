import { join } from 'node:path'
import { isLegacyConfig } from '@easycerts/shared/legacy-certmgr'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { parse } from 'yaml'
import { readTextFileIfAny } from '../files/index.ts'

/** Where systemd looks for units, in its order (systemd.unit(5)). */
const UNIT_DIRECTORIES = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
]

/** Its own default. */
const OLD_DEFAULT = '/etc/certmgr/certmgr.yaml'

/** The text of a unit that systemd would find below a root. */
export const findUnitText = (root: string, unit: string): string | undefined => {
  for (const directory of UNIT_DIRECTORIES) {
    const text = quietly(() => readTextFileIfAny(join(root, directory, unit)))
    if (text !== undefined) return text
  }
  return undefined
}

/**
 * The configuration of the old certmgr that this machine runs by, as the machine sees it: what its
 * unit names, what our own configuration points at, or the old default.
 */
export const findCertmgrConfig = (root: string): string | undefined =>
  [configOfUnit(findUnitText(root, 'certmgr.service')), NODE_PATHS.certmgrConfig, OLD_DEFAULT]
    .map((path) => (path === undefined ? undefined : legacyBehind(root, path)))
    .find((path) => path !== undefined)

/** The last ExecStart= counts; of its words the one after -f. */
const configOfUnit = (text: string | undefined): string | undefined => {
  const command = [...(text ?? '').matchAll(/^ExecStart=(.*)$/gm)].at(-1)?.[1] ?? ''
  const [, quoted, bare] = /\s(?:-f|--config)[\s=]+(?:"([^"]+)"|(\S+))/.exec(command) ?? []
  const path = quoted ?? bare
  return path?.startsWith('/') ? path : undefined
}

/** A configuration of the old certmgr is its own answer, and one of ours may name one. */
const legacyBehind = (root: string, path: string): string | undefined => {
  const text = quietly(() => readTextFileIfAny(join(root, path)))
  if (text === undefined) return undefined
  if (isLegacyConfig(text)) return path
  const ours = quietly(() => parse(text) as unknown)
  const named = isRecord(ours) ? ours['oldCertmgr'] : undefined
  return typeof named === 'string' ? named : undefined
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** What cannot be read says nothing; whoever names it hears of it. */
const quietly = <Value>(work: () => Value): Value | undefined => {
  try {
    return work()
  } catch {
    return undefined
  }
}
