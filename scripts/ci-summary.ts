import { readFileSync } from 'node:fs'
import { countAll, parseSteps, type VitestReport } from './count-results.ts'

const readReport = (path: string): VitestReport | undefined => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as VitestReport
  } catch {
    return undefined
  }
}

const [stepsPath = '', reportPath = ''] = process.argv.slice(2)
const steps = parseSteps(readFileSync(stepsPath, 'utf8'))
const report = readReport(reportPath)

console.log()
for (const { name, status, seconds } of steps)
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${String(seconds).padStart(4)} s  ${name}`)
if (report && report.numPendingTests > 0) console.log(`${report.numPendingTests} tests skipped`)

const { passed, failed } = countAll(steps, report)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
