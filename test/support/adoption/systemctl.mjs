// systemctl.mjs: as much of systemctl(1) as an import asks of it. Units are read from /etc and /run;
// a service is its ExecStart as a process of its own, which must outlive this call.
import { spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

const root = process.env.UNITS_ROOT ?? ''
const state = `${root}/run/units`
const directories = ['etc/systemd/system', 'run/systemd/system'].map((each) => `${root}/${each}`)
const [verb, ...units] = process.argv.slice(2).filter((word) => !word.startsWith('--'))

const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8').replaceAll('\\\n', ' ') : '')
const textOf = (unit) =>
  directories.map((each) => read(`${each}/${unit}`)).find((text) => text !== '') ?? ''
const dropInsOf = (unit) =>
  directories
    .map((each) => `${each}/${unit}.d`)
    .filter((each) => existsSync(each))
    .flatMap((each) => readdirSync(each).map((name) => read(`${each}/${name}`)))
const conditionsHold = (unit) =>
  [textOf(unit), ...dropInsOf(unit)]
    .flatMap((text) => [...text.matchAll(/^ConditionPathExists=(!?)(.*)$/gm)])
    .every(([, not, path]) => existsSync(path) === (not === ''))
const pidFile = (unit) => `${state}/${unit}.pid`
const pidOf = (unit) => Number(read(pidFile(unit)) || 0)
const isAlive = (pid) => {
  try {
    if (pid > 0) process.kill(pid, 0)
    return pid > 0 && !/^State:\s+Z/m.test(read(`/proc/${pid}/status`))
  } catch {
    return false
  }
}
const wordsOf = (command) =>
  (command.match(/(?:[^\s"]|"[^"]*")+/g) ?? []).map((word) => word.replaceAll('"', ''))

const start = (unit) => {
  if (!conditionsHold(unit) || isAlive(pidOf(unit))) return
  const [program, ...args] = wordsOf(/^ExecStart=(.*)$/m.exec(textOf(unit))?.[1] ?? '')
  const log = openSync(`${state}/${unit}.log`, 'a')
  const child = spawn(program, args, { detached: true, stdio: ['ignore', log, log] })
  writeFileSync(pidFile(unit), String(child.pid))
  child.unref()
}
const stop = async (unit) => {
  const pid = pidOf(unit)
  if (isAlive(pid)) process.kill(pid, 'SIGTERM')
  while (isAlive(pid)) await wait(5)
  rmSync(pidFile(unit), { force: true })
}

mkdirSync(state, { recursive: true })
writeFileSync(`${state}/calls`, `${verb} ${units.join(' ')}\n`, { flag: 'a' })
const link = (unit) => `${root}/etc/systemd/system/multi-user.target.wants/${unit}`
for (const unit of units) {
  if (verb === 'start') start(unit)
  if (verb === 'stop') await stop(unit)
  if (verb === 'is-active' && !isAlive(pidOf(unit))) process.exitCode = 3
  if (verb === 'is-enabled' && !existsSync(link(unit))) process.exitCode = 1
  if (verb === 'enable') {
    mkdirSync(`${root}/etc/systemd/system/multi-user.target.wants`, { recursive: true })
    writeFileSync(link(unit), '')
  }
  if (verb === 'disable') rmSync(link(unit), { force: true })
}
