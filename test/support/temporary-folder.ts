import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** An empty folder of the test that calls this, gone when it has finished. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'easycerts-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
