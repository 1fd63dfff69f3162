import { fact, type FactTable } from './fact.ts'

const KLOG = { deprecated: '1.23', removed: '1.26', replacement: 'nothing: logs go to standard error' } as const
const GONE = 'kubernetes/kubernetes#112120'

/** Every component has these alike (component-base/logs, klog). */
export const LOGGING_FLAGS: FactTable = {
  v: fact('how much the component logs', 'component-base/logs'),
  vmodule: fact('how much single files log', 'component-base/logs'),
  'log-flush-frequency': fact('how long lines may wait in memory', 'component-base/logs'),
  logtostderr: fact('sends the log to the journal', GONE, KLOG),
  alsologtostderr: fact('sends the log to the journal beside a file', GONE, KLOG),
  'log-dir': fact('writes the log to files', GONE, KLOG),
  'log-file': fact('writes the log to one file', GONE, KLOG),
  'log-file-max-size': fact('bounds the log file', GONE, KLOG),
  stderrthreshold: fact('what goes to standard error beside a file', GONE, KLOG),
  'skip-headers': fact('leaves out the prefix of each line', GONE, KLOG),
}
