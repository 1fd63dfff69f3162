import { benchCertmgr } from './certmgr.bench.ts'
import { benchCrl } from './crl.bench.ts'
import { benchHttpIssuance } from './http-issuance.bench.ts'
import { benchIssuance } from './issuance.bench.ts'
import { benchLog } from './log.bench.ts'
import { benchOcsp } from './ocsp.bench.ts'
import { benchStartUp } from './start-up.bench.ts'

/** Each gives rows of what was measured and the figure. One name or more as arguments picks some. */
const BENCHES: Readonly<Record<string, () => Promise<string[][]>>> = {
  issuance: benchIssuance,
  http: benchHttpIssuance,
  log: benchLog,
  'start-up': benchStartUp,
  certmgr: benchCertmgr,
  crl: benchCrl,
  ocsp: benchOcsp,
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
  printTable(`${name}, Node ${process.versions.node}`, await bench())
}

function printTable(title: string, rows: readonly (readonly string[])[]): void {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)),
    [],
  )
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)))
  console.log([title, ...lines.map((cells) => `  ${cells.join('  ').trimEnd()}`), ''].join('\n'))
}
