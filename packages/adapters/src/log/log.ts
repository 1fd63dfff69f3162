import { hideSecrets, isEasycertsError, reasonOf } from '@easycerts/shared/errors'
import type { Clock } from '@easycerts/shared/time'
import { printableLine } from '../terminal/index.ts'

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const

export type LogLevel = (typeof LOG_LEVELS)[number]
export type LogFormat = 'text' | 'json'
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** One line per event; nobody passes a key, a ticket or PEM. */
export interface Log {
  readonly debug: (message: string, fields?: LogFields) => void
  readonly info: (message: string, fields?: LogFields) => void
  readonly warn: (message: string, fields?: LogFields) => void
  readonly error: (message: string, fields?: LogFields) => void
}

export interface LogOptions {
  readonly sink: { write(text: string): unknown }
  readonly format: LogFormat
  readonly level: LogLevel
  readonly clock: Clock
}

/** Text lines are logfmt without a time, which the journal adds; JSON lines carry it. */
export const createLog = ({ sink, format, level, clock }: LogOptions): Log => {
  const threshold = LOG_LEVELS.indexOf(level)
  const write =
    (own: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (LOG_LEVELS.indexOf(own) < threshold) return
      const record = { level: own, msg: message, ...fields }
      const line =
        format === 'json'
          ? JSON.stringify({ time: clock().toISOString(), ...record })
          : formatText(record)
      sink.write(`${hideSecrets(line)}\n`)
    }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}

const formatText = (record: LogFields): string =>
  Object.entries(record)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${quoted(String(value))}`]))
    .join(' ')

const quoted = (text: string): string => {
  const line = printableLine(text)
  return /^[\w.:/@+-]+$/.test(line) ? line : JSON.stringify(line)
}

/** What a log line says of a failure; a bug shows where it came from. */
export const failureFields = (error: unknown): LogFields =>
  isEasycertsError(error)
    ? { code: error.code, reason: error.message, hint: error.hint }
    : { code: 'ERR_INTERNAL', reason: reasonOf(error), stack: stackOf(error) }

const stackOf = (error: unknown): string | undefined =>
  error instanceof Error ? error.stack : undefined
