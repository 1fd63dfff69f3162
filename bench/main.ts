import Table from 'cli-table3'
import { benchHttpIssuance } from './http-issuance.bench.ts'
import { benchIssuance } from './issuance.bench.ts'
import { benchStartUp } from './start-up.bench.ts'

/** Each gives rows of what was measured and the figure. One name or more as arguments picks some. */
const BENCHES: Readonly<Record<string, () => Promise<string[][]>>> = {
  issuance: benchIssuance,
  http: benchHttpIssuance,
  'start-up': benchStartUp,
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !Object.hasOwn(BENCHES, name))
if (unknown.length > 0) {
  console.error(
    `no such bench: ${unknown.join(', ')} (there are ${Object.keys(BENCHES).join(', ')})`,
  )
  process.exit(64)
}

for (const [name, bench] of Object.entries(BENCHES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const table = new Table({ head: [name, `Node ${process.versions.node}`], style: { head: [] } })
  table.push(...(await bench()))
  console.log(table.toString())
}
