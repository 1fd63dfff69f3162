import { describe, expect, it } from 'vitest'
import { countAll, parseSteps } from '../../../scripts/count-results.ts'

const report = (passed: number, failed: number, broken = 0) => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: 0,
  testResults: Array.from({ length: broken }, () => ({
    status: 'failed',
    assertionResults: [{ status: 'skipped' }],
  })),
})

describe('countAll', () => {
  it('counts each step as one and vitest as its tests', () => {
    const steps = parseSteps('lint\t0\t7\nformat\t1\t2\nvitest\t1\t60\n')
    expect(countAll(steps, report(40, 2))).toEqual({ passed: 41, failed: 3 })
  })

  it('counts a test file that failed outside its tests', () => {
    expect(countAll(parseSteps('vitest\t1\t9\n'), report(5, 0, 1))).toEqual({
      passed: 5,
      failed: 1,
    })
  })

  it('counts a run of vitest that left no report', () => {
    expect(countAll(parseSteps('vitest\t124\t600\n'), undefined)).toEqual({ passed: 0, failed: 1 })
  })

  it('counts a failure that the report does not explain', () => {
    expect(countAll(parseSteps('vitest\t1\t9\n'), report(5, 0))).toEqual({ passed: 5, failed: 1 })
  })
})
