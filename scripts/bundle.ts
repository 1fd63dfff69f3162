import { chmodSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build, type BuildOptions } from 'esbuild'

const ROOT = resolve(import.meta.dirname, '..')

/** What bin/ starts: each a folder of few files, for Node spends most of a start on opening modules. */
const PROGRAMS = ['ca-server', 'certmgr', 'node-join'] as const

/** The programs that run on nodes, where nothing but Node is installed. */
const NODE_PROGRAMS = ['node-join', 'certmgr'] as const

/** Native addons find their own files. */
const NATIVE = ['better-sqlite3', 'pkcs11js']

// Dependencies in CommonJS call `require`, which an ES module does not have.
const REQUIRE = `import { createRequire as createRequireOfBundle } from 'node:module'
const require = createRequireOfBundle(import.meta.url)`

const bundleOf = (program: string): BuildOptions => ({
  entryPoints: [join(ROOT, 'apps', program, 'src', 'main.ts')],
  bundle: true,
  conditions: ['source'],
  platform: 'node',
  target: 'node20',
  format: 'esm',
  legalComments: 'eof',
  logLevel: 'warning',
})

/** One file that a node can run. */
const bundleForNodes = async (program: string, directory: string): Promise<string> => {
  const file = join(directory, `${program}.mjs`)
  const banner = { js: `#!/usr/bin/env node\n${REQUIRE}` }
  await build({ ...bundleOf(program), outfile: file, banner })
  chmodSync(file, 0o755)
  return file
}

/** What is loaded on demand stays in files of its own, so that --help stays fast. */
const bundleInPlace = async (program: string): Promise<void> => {
  const outdir = join(ROOT, 'apps', program, 'out')
  rmSync(outdir, { recursive: true, force: true })
  await build({
    ...bundleOf(program),
    ...{ outdir, splitting: true, sourcemap: true, external: NATIVE, banner: { js: REQUIRE } },
  })
}

const [directory] = process.argv.slice(2)
if (directory === undefined) await Promise.all(PROGRAMS.map(bundleInPlace))
else
  for (const program of NODE_PROGRAMS)
    console.log(await bundleForNodes(program, resolve(directory)))
