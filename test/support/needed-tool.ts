import { spawnSync } from 'node:child_process'
import { describe } from 'vitest'

const isInstalled = (tool: string): boolean =>
  spawnSync('sh', ['-c', `command -v "${tool}"`]).status === 0

/** A group of tests that is skipped on a machine without the tool, and fails without it in CI. */
export const describeWith = (tool: string, title: string, body: () => void): void => {
  const skip = process.env['CI'] === undefined && !isInstalled(tool)
  describe.skipIf(skip)(skip ? `${title} (skipped: needs ${tool})` : title, body)
}
