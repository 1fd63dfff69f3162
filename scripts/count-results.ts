/** What is read of vitest's JSON report. */
export interface VitestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly testResults: readonly {
    readonly status: string
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

export interface Step {
  readonly name: string
  readonly status: number
  readonly seconds: number
}

interface Counts {
  readonly passed: number
  readonly failed: number
}

/** Lines of `name<TAB>exit status<TAB>seconds`, as .ci/run writes them. */
export const parseSteps = (text: string): Step[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', status, seconds] = line.split('\t')
      return { name, status: Number(status), seconds: Number(seconds) }
    })

/**
 * Each step counts as one; the step `vitest` counts as its tests, plus one failure for each file
 * that failed outside its tests, or for the step itself if the report does not explain its end.
 */
export const countAll = (steps: readonly Step[], report: VitestReport | undefined): Counts => {
  const others = steps.filter(({ name }) => name !== 'vitest')
  const vitest = steps.find(({ name }) => name === 'vitest')
  const tests = vitest ? countTests(vitest, report) : { passed: 0, failed: 0 }
  const failed = others.filter(({ status }) => status !== 0).length
  return { passed: others.length - failed + tests.passed, failed: failed + tests.failed }
}

const countTests = (step: Step, report: VitestReport | undefined): Counts => {
  if (!report) return { passed: 0, failed: 1 }
  // A hook that fails, or an import, fails the file and none of its tests.
  const files = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  )
  const explained = report.numFailedTests + files.length
  const unexplained = step.status !== 0 && explained === 0 ? 1 : 0
  return { passed: report.numPassedTests, failed: explained + unexplained }
}
