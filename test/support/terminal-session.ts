import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** What a program said on a terminal, and how it ended. */
export interface TerminalSession {
  readonly exitCode: number | null
  readonly screen: string
}

const LIMIT = 20_000

/**
 * Runs a command at a real terminal (util-linux's `script` makes one) and types a line whenever the
 * next text of `typed` shows up.
 */
export const atTerminal = async (
  words: readonly string[],
  typed: readonly (readonly [prompt: string, line: string])[],
): Promise<TerminalSession> => {
  const command = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
  const child = spawn('script', ['-qec', `stty cols 120 rows 40; exec ${command}`, '/dev/null'], {
    env: { ...process.env, NO_COLOR: '1', TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT)
  const waiting = [...typed]
  let [screen, seen] = ['', 0]
  child.stdout.on('data', (chunk: Buffer) => {
    screen += chunk.toString()
    const [next] = waiting
    const at = next ? screen.indexOf(next[0], seen) : -1
    if (!next || at < 0) return
    seen = at + next[0].length
    waiting.shift()
    child.stdin.write(`${next[1]}\r`)
  })
  const [exitCode] = (await once(child, 'close')) as [number | null]
  clearTimeout(timer)
  return { exitCode, screen }
}
