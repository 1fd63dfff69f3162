import { defineConfig } from 'vitest/config'

const source = {
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
}

/** A kind of test: its folder under test/, and how long one of its tests may take. */
const project = (name: string, testTimeout = 10_000) => ({
  ...source,
  test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout, hookTimeout: testTimeout },
})

export default defineConfig({
  test: {
    projects: [
      project('architecture'),
      project('unit'),
      project('property', 60_000),
      project('golden', 30_000),
      project('integration', 60_000),
      project('conformance', 60_000),
      project('e2e', 180_000),
      project('crash', 600_000),
    ],
  },
})
