import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { DocumentedCommand } from './read-console.ts'

export interface CommandRun extends DocumentedCommand {
  readonly exitCode: number
  /** Standard output and error, as a reader at a terminal sees them. */
  readonly printed: string
}

const WITHIN = 120_000
// Record separator: no command prints it.
const MARK = '\u001e'

/** Runs a page's commands in one shell, in order, as a reader would paste them. */
export const runConsole = async (
  commands: readonly DocumentedCommand[],
  where: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<CommandRun[]> => {
  const shell = spawn('bash', ['--noprofile', '--norc', '-s'], {
    ...where,
    stdio: 'pipe',
    detached: true,
  })
  const chunks: Buffer[] = []
  for (const stream of [shell.stdout, shell.stderr])
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  const timer = setTimeout(() => process.kill(-(shell.pid ?? 0), 'SIGKILL'), WITHIN)
  shell.stdin.end(['exec 2>&1', ...commands.map(framed)].join('\n'))
  await once(shell, 'close')
  clearTimeout(timer)
  const parts = Buffer.concat(chunks).toString('utf8').split(MARK)
  return commands.map((command, index) => ({
    ...command,
    printed: parts[2 * index] ?? '',
    exitCode: Number(parts[2 * index + 1] ?? NaN),
  }))
}

// A command reads no standard input: the rest of the script is there.
const framed = ({ command }: DocumentedCommand): string =>
  `{ ${command}\n} < /dev/null; printf '${MARK}%s${MARK}' "$?"`
