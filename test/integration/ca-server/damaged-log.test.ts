import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyDatabase } from '../../../apps/ca-server/src/store/sqlite/index.ts'
import { type CaServerProcess, runCaServer, startCaServer } from '../../support/ca-server-process.ts'
import { joinNode } from '../../support/joiner.ts'
import { tamper } from '../../support/tamper.ts'
import { makeFolder } from '../../support/ca-server-process.ts'
import { isEasycertsError } from '@easycerts/shared/errors'

let ca: CaServerProcess
let folder: string
let sound: string
beforeAll(async () => {
  ca = await startCaServer()
  for (const name of ['worker-1', 'worker-2', 'worker-3']) await joinNode(ca, name)
  await ca.stop()
  folder = makeFolder()
  sound = join(ca.directory, 'easycerts.db')
})
afterAll(() => ca.dispose())

let count = 0
const copyOf = (): string => {
  const path = join(folder, `copy-${++count}.db`)
  copyFileSync(sound, path)
  return path
}

const logVerify = (...args: readonly string[]) =>
  runCaServer(['--output', 'json', '--data-directory', ca.directory, 'log', 'verify', ...args])

const export_ = async (): Promise<string> => {
  const path = join(folder, `export-${++count}.jsonl`)
  await ca.start()
  try {
    const made = await ca.ca(['log', 'export', '--out', path])
    expect(made).toMatchObject({ exitCode: 0 })
  } finally {
    await ca.stop()
  }
  return path
}
