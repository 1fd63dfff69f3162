import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

const ROOT = resolve(import.meta.dirname, '..')
const PARSERS = readdirSync(join(ROOT, 'test/fuzz/corpus'))

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { for: { type: 'string', default: '1m' }, seed: { type: 'string' } },
})

const unknown = positionals.filter((parser) => !PARSERS.includes(parser))
if (unknown.length > 0 || positionals.length === 0) {
  console.error(
    `usage: npm run fuzz -- PARSER… [--for 10m] [--seed N]\nparsers: ${PARSERS.join(' ')}`,
  )
  process.exit(64)
}

const names = `damaged (${positionals.join('|')}), SEED`
const seed = values.seed === undefined ? {} : { SEED: values.seed }
const { status } = spawnSync(
  join(ROOT, 'node_modules/.bin/vitest'),
  ['run', 'test/fuzz/', '-t', names],
  { cwd: ROOT, stdio: 'inherit', env: { ...process.env, FUZZ_FOR: values.for, ...seed } },
)
process.exitCode = status ?? 1
