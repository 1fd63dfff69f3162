import { styleText } from 'node:util'
import { hideSecrets, type Problem, reasonOf } from '@easycerts/shared/errors'
import { printableJson, printableLine, printableLines, printableStyledLines } from './printable.ts'
import { renderTable, type TextStyle } from './render-table.ts'
import { reportOf } from './error-report.ts'
import { type RowStream, streamRows, type StreamSink } from './stream-rows.ts'

export type OutputFormat = 'text' | 'json' | 'yaml'

/** What is needed of a `Writable`. */
export interface TextSink extends StreamSink {
  write(text: string): unknown
  on?(event: 'error', listener: (error: Error) => void): unknown
}

export interface TerminalOptions {
  /** Begins every line about trouble. */
  readonly program: string
  readonly stdout: TextSink
  readonly stderr: TextSink
  readonly colour: boolean
  readonly output: OutputFormat
  /** Needed for `output: 'yaml'`, which is JSON without it (JSON is YAML). */
  readonly toYaml?: (value: unknown) => string | Promise<string>
}

/**
 * The only writer to standard output and standard error. Nothing it writes can steer a terminal,
 * whatever a node, a certificate or a server put into it.
 */
export interface Terminal {
  /** The answer of the command, on standard output; all else goes to standard error. */
  readonly result: (value: unknown, renderText: () => string | Promise<string>) => Promise<void>
  /** The answer of a command that lists more than memory should hold; ends early if nobody reads. */
  readonly rows: <Row>(stream: RowStream<Row>) => Promise<void>
  readonly note: (text: string) => void
  readonly warning: (text: string) => void
  /** Says what went wrong and what to do, and returns the exit code (70 for a bug, with its stack). */
  readonly error: (error: unknown) => number
  /** Text for `result`. Cells are one line each. */
  readonly table: (head: readonly string[], rows: readonly (readonly string[])[]) => Promise<string>
  /** Text for `result`, styled where the terminal shows colours. */
  readonly paint: (style: TextStyle, text: string) => string
}

export const createTerminal = (options: TerminalOptions): Terminal => {
  const { program, stdout, stderr, colour, output } = options
  // `colour` has decided; styleText would look at a stream and the environment of its own choice.
  const paint = (style: TextStyle, text: string): string =>
    colour ? styleText(style, text, { validateStream: false }) : text
  // A result may be a ticket; what is said beside it is never one.
  const say = (text: string): void => writeLine(stderr, hideSecrets(text))
  const isClosed = ignoreClosedPipe(stdout)
  ignoreClosedPipe(stderr)
  return {
    result: async (value, renderText) =>
      writeLine(stdout, await format(options, value, renderText)),
    rows: (stream) =>
      streamRows(stdout, { output, paint, toYaml: options.toYaml }, stream, isClosed),
    note: (text) => say(colour ? printableStyledLines(text) : printableLines(text)),
    warning: (text) => say(`${program}: ${paint('yellow', 'warning:')} ${printableLine(text)}`),
    error: (error) => {
      const report = reportOf(error)
      const title = faultsOf(report.problem)
        .map((fault) => `${program}: ${paint('red', 'error:')} ${printableLine(fault)}`)
        .join('\n')
      const hint = `${program}: hint: ${printableLine(report.problem.hint)}`
      if (output !== 'text') say(asJson({ ...report.problem, stack: report.stack }))
      else say([title, hint, ...(report.stack ? [printableLines(report.stack)] : [])].join('\n'))
      return report.exitCode
    },
    table: (head, rows) => renderTable(head, rows, paint),
    paint,
  }
}

/** An error is one line; only a configuration has many faults, each with its own place. */
const faultsOf = ({ code, detail }: Problem): string[] =>
  code === 'ERR_CONFIG_INVALID' ? detail.split('\n') : [detail]

const format = async (
  { output, colour, toYaml }: TerminalOptions,
  value: unknown,
  renderText: () => string | Promise<string>,
): Promise<string> => {
  if (output === 'text') {
    const text = await renderText()
    return colour ? printableStyledLines(text) : printableLines(text)
  }
  return output === 'yaml' && toYaml ? printableLines(await toYaml(value)) : asJson(value)
}

const asJson = (value: unknown): string => printableJson(JSON.stringify(value ?? null, null, 2))

const writeLine = (sink: TextSink, text: string): void => {
  if (text !== '') sink.write(text.endsWith('\n') ? text : `${text}\n`)
}

/** `ca-server node list | head -1` is no failure. The answer says whether the reader has gone. */
const ignoreClosedPipe = (sink: TextSink): (() => boolean) => {
  let isClosed = false
  sink.on?.('error', (error) => {
    if (reasonOf(error) !== 'EPIPE') throw error
    isClosed = true
  })
  return () => isClosed
}
