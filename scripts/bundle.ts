import { chmodSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'

const ROOT = resolve(import.meta.dirname, '..')

/** The programs that run on nodes, where nothing but Node is installed. */
const NODE_PROGRAMS = ['node-join', 'certmgr'] as const

// Dependencies in CommonJS call `require`, which an ES module does not have.
const BANNER = `#!/usr/bin/env node
import { createRequire as createRequireOfBundle } from 'node:module'
const require = createRequireOfBundle(import.meta.url)`

const bundle = async (program: string, directory: string): Promise<string> => {
  const file = join(directory, `${program}.mjs`)
  await build({
    entryPoints: [join(ROOT, 'apps', program, 'src', 'main.ts')],
    outfile: file,
    bundle: true,
    conditions: ['source'],
    platform: 'node',
    target: 'node20',
    format: 'esm',
    banner: { js: BANNER },
    legalComments: 'eof',
    logLevel: 'warning',
  })
  chmodSync(file, 0o755)
  return file
}

const directory = resolve(process.argv[2] ?? join(ROOT, 'out'))
for (const program of NODE_PROGRAMS) console.log(await bundle(program, directory))
