import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/time-limits.ts'],
    // The files of a worker share the modules of the programs, which are read once.
    isolate: false,
    // More than the two cores of CI, for many tests wait for a server or a limit.
    maxWorkers: 4,
  },
})
