import { defineConfig } from 'vitest/config'

const source = {
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
}

/** A full run has hours. */
const LONGEST = process.env['SOAK'] === 'full' ? 14_400_000 : 0

/** A kind of test: its folder under test/, and how long one of its tests may take. */
const project = (name: string, testTimeout = 10_000, isolate = true) => ({
  ...source,
  test: {
    ...{ name, include: [`test/${name}/**/*.test.ts`], isolate },
    testTimeout: Math.max(testTimeout, LONGEST),
    hookTimeout: testTimeout,
  },
})

/** Of pure code, which has no state: the files of a worker share its modules, read once. */
const pure = (name: string, testTimeout?: number) => project(name, testTimeout, false)

export default defineConfig({
  test: {
    // More than the two cores of CI, for many tests wait for a server or a limit.
    maxWorkers: 4,
    projects: [
      pure('architecture'),
      pure('unit'),
      pure('property', 60_000),
      pure('golden', 30_000),
      pure('fuzz', 60_000),
      project('integration', 60_000, false),
      project('conformance', 60_000, false),
      project('attacks', 60_000, false),
      project('e2e', 180_000, false),
      project('crash', 600_000, false),
    ],
  },
})
