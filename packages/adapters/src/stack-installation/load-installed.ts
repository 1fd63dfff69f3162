import { loadRecords, type NumberedRecord, type RecordedFile } from './installation-record.ts'
import type { TargetMachine } from './target-machine.ts'

/** What all installations that were not undone did to one file. */
export interface InstalledFile {
  readonly path: string
  /** SHA-256 of each content that one of them wrote, hex. */
  readonly written: ReadonlySet<string>
  /** The last of them removed it. */
  readonly isRemoved: boolean
  /** What was there before the first of them; null where nothing was. */
  readonly before: RecordedFile['before']
}

export interface Installed {
  readonly files: ReadonlyMap<string, InstalledFile>
  /** Each unit that one of them enabled, and those that it had before. */
  readonly units: readonly string[]
  /** Directories that they made. */
  readonly directories: readonly string[]
}

/** Reads alone, also what an installation left that was cut short. ERR_CONFIG_INVALID. */
export const loadInstalled = (machine: TargetMachine): Installed => {
  const records = loadRecords(machine)
  const paths = new Set(records.flatMap(({ files }) => files.map(({ path }) => path)))
  return {
    files: new Map([...paths].map((path) => [path, fileIn(records, path)])),
    units: [...new Set(records.flatMap(({ units }) => units))],
    directories: [...new Set(records.flatMap(({ directories }) => directories))],
  }
}

const fileIn = (records: readonly NumberedRecord[], path: string): InstalledFile => {
  const rows = records.flatMap(({ files }) => files.filter((file) => file.path === path))
  return {
    path,
    written: new Set(rows.flatMap(({ written }) => written ?? [])),
    isRemoved: rows.at(-1)?.written === null,
    before: rows[0]?.before ?? null,
  }
}
