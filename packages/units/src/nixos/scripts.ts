import type { CommandLine } from '../systemd/index.ts'
import type { GeneratedFile } from '../stack/index.ts'

const DIRECTORY = '/etc/kubernetes/scripts'

/** A program of /bin/sh, for hosts that have no other shell at a known place. */
export const script = (name: string, lines: readonly string[]): GeneratedFile => ({
  path: `${DIRECTORY}/${name}`,
  content: ['#!/bin/sh', ...lines, ''].join('\n'),
  mode: 0o755,
})

/** One word of a shell, whatever it holds. */
export const shellWord = (text: string): string =>
  /^[A-Za-z0-9_./:=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`

const WAIT_UNTIL = 'wait-until'

/** What is waited for, by a command that succeeds once it is there. */
export interface Wait {
  readonly what: string
  readonly command: readonly string[]
  /** The whole of it, after which the unit has failed and is started again. */
  readonly limitSeconds: number
  readonly pauseSeconds: number
}

export const waitCommand = (wait: Wait): CommandLine => ({
  program: `${DIRECTORY}/${WAIT_UNTIL}`,
  arguments: [
    String(wait.limitSeconds),
    String(wait.pauseSeconds),
    wait.what,
    // One try that hangs is not the end of all.
    ...['timeout', '10'],
    ...wait.command,
  ],
})

/** wait-until LIMIT PAUSE WHAT COMMAND…: says once what it waits for, and once that it was in vain. */
export const waitUntil = script(WAIT_UNTIL, [
  '# wait-until SECONDS PAUSE WHAT COMMAND...: runs COMMAND until it succeeds, or SECONDS are over.',
  'set -u',
  'limit=$1 pause=$2 what=$3',
  'shift 3',
  'end=$(($(date +%s) + limit))',
  'said=',
  'until answer=$("$@" 2>&1); do',
  '  status=$?',
  '  if [ "$(date +%s)" -ge "$end" ]; then',
  '    echo "$what: not within $limit s (exit status $status): $answer" >&2',
  '    exit 1',
  '  fi',
  '  [ -n "$said" ] || echo "waiting for $what (exit status $status): $answer"',
  '  said=yes',
  '  sleep "$pause"',
  'done',
])

const NAME_MISSING = 'name-missing-programs'

/** Programs that a component calls by name: one that is missing is told of, for it may never be needed. */
export const nameMissing = script(NAME_MISSING, [
  '# name-missing-programs NAME...: says which of them are not on PATH.',
  'for name in "$@"; do',
  '  command -v "$name" >/dev/null || echo "$name is not on PATH" >&2',
  'done',
])

export const nameMissingCommand = (programs: readonly string[]): CommandLine => ({
  program: `${DIRECTORY}/${NAME_MISSING}`,
  arguments: programs,
})
