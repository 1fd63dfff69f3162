import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { GeneratedFile } from '@easycerts/units/stack'
import { programOf } from './read-unit.ts'

const SYSTEMD_UNITS = '/usr/lib/systemd/system'

/** A root directory with the files of a stack, systemd's own targets, and stubs for the programs. */
export const installRoot = (files: readonly GeneratedFile[]): string => {
  const root = installFiles(files)
  for (const file of files.filter(({ path }) => path.endsWith('.service')))
    install(root, programOf(file.content), '#!/bin/sh\n', 0o755)
  return root
}

/** The files and systemd's own targets alone. */
export const installFiles = (files: readonly GeneratedFile[]): string => {
  const root = mkdtempSync(join(tmpdir(), 'easycerts-units-'))
  for (const file of files) install(root, file.path, file.content, file.mode)
  for (const name of readdirSync(SYSTEMD_UNITS).filter((entry) => /\.(target|slice)$/.test(entry)))
    cpSync(join(SYSTEMD_UNITS, name), join(root, SYSTEMD_UNITS, name))
  return root
}

export const removeRoot = (root: string): void => rmSync(root, { recursive: true, force: true })

const install = (root: string, path: string, content: string, mode: number): void => {
  mkdirSync(join(root, dirname(path)), { recursive: true })
  writeFileSync(join(root, path), content, { mode })
}
