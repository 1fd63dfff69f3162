import type { CommandLine, Directive } from '../systemd/index.ts'

export interface Download {
  readonly path: string
  readonly url: string
  /** In hex; absent: whatever the site gives is taken. */
  readonly sha256?: string | undefined
}

/**
 * `$1` path, `$2` URL, `$3` SHA-256 or nothing. The program is replaced only by a whole download,
 * and one that is there starts while the site is away.
 */
const SCRIPT = [
  'good() { [ -s "$1" ] && { [ -z "$2" ] || echo "$2  $1" | sha256sum --check --status; }; }',
  'mkdir -p "${1%/*}"',
  'if curl --fail --silent --show-error --location --connect-timeout 10 --remote-time --time-cond "$1" --output "$1.new" "$2" && good "$1.new" "$3"; then chmod 0755 "$1.new" && mv "$1.new" "$1"; fi',
  'rm -f "$1.new"',
  'good "$1" "$3" && [ -x "$1" ]',
].join('; ')

export const downloadCommand = ({ path, url, sha256 = '' }: Download): CommandLine => ({
  program: '/usr/bin/bash',
  arguments: ['-c', SCRIPT, 'download', path, url, sha256],
})

/** A download of a hundred megabytes takes longer than systemd waits by itself. */
const TIME_LIMIT: Directive = ['TimeoutStartSec', '900']

export const downloadDirectives = (download: Download): readonly Directive[] => [
  ['ExecStartPre', downloadCommand(download)],
  TIME_LIMIT,
]

/** As the source has it: what `curl -z` compares is removed first, and an error page is a program. */
export const sourceDownload = ({ path, url }: Download, makesDirectory: boolean): Directive[] => [
  ...(makesDirectory ? ([['ExecStartPre', '-/usr/bin/mkdir -p /opt/bin']] as const) : []),
  ['ExecStartPre', `-/usr/bin/rm ${path}`],
  ['ExecStartPre', `/usr/bin/curl -L -o ${path} -z ${path} ${url}`],
  ['ExecStartPre', `/usr/bin/chmod +x ${path}`],
]
