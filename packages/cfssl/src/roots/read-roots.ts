import { isInCidr } from '@easycerts/shared/cluster'
import { isEasycertsError } from '@easycerts/shared/errors'
import { nearestWord } from '@easycerts/shared/config'
import { Findings } from '../findings/index.ts'

/** One CA of multirootca. */
export interface RootRow {
  readonly label: string
  readonly certificate: string
  readonly privateKey: string
  /** cfssl's configuration for this CA. */
  readonly config: string
  /** Ranges; undefined: everybody. */
  readonly networks: readonly string[] | undefined
  /** cfssl's -db-config; empty if there is none. */
  readonly databaseConfig: string
}

export interface ReadRoots {
  readonly roots: readonly RootRow[]
  readonly notes: readonly string[]
}

const KEYS = ['private', 'certificate', 'config', 'nets', 'dbconfig']
const REQUIRED = ['private', 'certificate', 'config']

const SECTION = /^\s*\[\s*(\w+)\s*\]\s*$/
const QUOTED = /^\s*(\w+)\s*=\s*(["'])(.*)\2\s*$/
const PLAIN = /^\s*(\w+)\s*=\s*(.*?)\s*$/
const IGNORED = /^(?:#.*|\s*)$/

const MAX_LINES = 10_000
const MAX_LINE = 4096

/** multirootca's file of roots: an INI file, a section for each label. ERR_CONFIG_INVALID names every fault. */
export const readRoots = (file: string, text: string): ReadRoots => {
  const findings = new Findings(file)
  const sections = sectionsOf(text, findings)
  const roots = [...sections].map(([label, fields]) => readRoot(label, fields, findings))
  if (sections.size === 0 && findings.faults.length === 0)
    findings.fault('', 'has no section: each CA is one, and its name is the label')
  findings.throwFaults()
  return { roots, notes: findings.notes }
}

type Fields = ReadonlyMap<string, string>

const sectionsOf = (text: string, findings: Findings): ReadonlyMap<string, Fields> => {
  const sections = new Map<string, Map<string, string>>()
  let current: Map<string, string> | undefined
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''))
  if (lines.length > MAX_LINES) findings.fault('', `has more than ${MAX_LINES} lines`)
  for (const [index, line] of lines.slice(0, MAX_LINES).entries()) {
    const place = String(index + 1)
    if (line.length > MAX_LINE) {
      findings.fault(place, 'is too long a line')
      continue
    }
    if (IGNORED.test(line)) continue
    const [, section] = SECTION.exec(line) ?? []
    if (section !== undefined) {
      if (sections.has(section)) findings.fault(place, `[${section}] is there twice`)
      current = new Map()
      sections.set(section, current)
      continue
    }
    const field = fieldOf(line)
    if (!field) findings.fault(place, 'is neither [label] nor key = value')
    else if (!current) findings.fault(place, 'stands before the first [label]')
    else if (current.has(field.key)) findings.fault(place, `${field.key} is there twice`)
    else current.set(field.key, field.value)
  }
  return sections
}

const fieldOf = (line: string) => {
  const [, key = '', , value = ''] = QUOTED.exec(line) ?? []
  if (key !== '') return { key, value }
  const [, plainKey, plainValue = ''] = PLAIN.exec(line) ?? []
  return plainKey === undefined ? undefined : { key: plainKey, value: plainValue }
}

const readRoot = (label: string, fields: Fields, findings: Findings): RootRow => {
  for (const key of REQUIRED)
    if (!fields.get(key)) findings.fault(`[${label}] ${key}`, 'is missing')
  for (const key of fields.keys())
    if (!KEYS.includes(key)) {
      const meant = nearestWord(key, KEYS)
      const hint = meant === undefined ? '' : `; was "${meant}" meant?`
      findings.note(`[${label}] ${key}`, `multirootca knows no such key and ignores it${hint}`)
    }
  return {
    label,
    certificate: fields.get('certificate') ?? '',
    privateKey: pathOf(label, fields.get('private') ?? '', findings),
    config: fields.get('config') ?? '',
    networks: networksOf(label, fields.get('nets'), findings),
    databaseConfig: fields.get('dbconfig') ?? '',
  }
}

const pathOf = (label: string, specifier: string, findings: Findings): string => {
  const [, scheme, path = ''] = /^([a-z]+):\/\/(\/.*)$/.exec(specifier) ?? []
  if (scheme === 'file' || scheme === 'rofile') return path
  if (specifier !== '') findings.fault(`[${label}] private`, 'is not written file:///path')
  return ''
}

const networksOf = (
  label: string,
  text: string | undefined,
  findings: Findings,
): readonly string[] | undefined => {
  if (text === undefined || text === '') return undefined
  const networks = text.split(',').map((each) => each.trim())
  for (const network of networks)
    if (!isRange(network)) findings.fault(`[${label}] nets`, `${network} is not an address range`)
  return networks
}

const isRange = (text: string): boolean => {
  try {
    isInCidr('127.0.0.1', text)
    return true
  } catch (error) {
    if (isEasycertsError(error)) return false
    throw error
  }
}
