import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  createNoServiceManager,
  createNotifier,
  createSystemctl,
} from '@easycerts/adapters/systemd'
import { seconds } from '@easycerts/shared/time'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** A program in the place of another: writes down how it was called, then does what `rest` says. */
const recorder = (rest = '') => {
  const folder = temporaryFolder()
  const program = join(folder, 'program')
  const log = join(folder, 'log')
  writeFileSync(log, '')
  writeFileSync(program, `#!/bin/sh\necho "$NOTIFY_SOCKET $*" >> ${log}\n${rest}\n`, {
    mode: 0o755,
  })
  const calls = () => readFileSync(log, 'utf8').trim().split('\n')
  return { argv: [program], calls }
}

const timeout = seconds(5)

describe('systemctl', () => {
  it('is called with the verb for each wish', async () => {
    const { argv, calls } = recorder()
    const manager = createSystemctl({ argv: [...argv, '--root=/x'], timeout })
    await manager.daemonReload()
    await manager.enable(['a.service', 'b.timer'], { now: true })
    await manager.enable([])
    await manager.disable(['a@1.service'])
    await manager.restart('a.service', { onlyIfRunning: true })
    await manager.restart('a.service', { onlyIfRunning: false })
    await manager.reload('a.service', { onlyIfRunning: true })
    await manager.reload('a.service', { onlyIfRunning: false })
    expect(await manager.isActive('a.service')).toBe(true)
    expect(calls().map((call) => call.trim().replace('--root=/x ', ''))).toEqual([
      'daemon-reload',
      'enable --now a.service b.timer',
      'disable a@1.service',
      'try-restart a.service',
      'restart a.service',
      'try-reload-or-restart a.service',
      'reload a.service',
      'is-active a.service',
    ])
  })

  it('fails with its last words, without the advice that the hint gives already', async () => {
    const words = 'Job for a.service failed.\nSee "systemctl status a.service" for details.'
    const manager = createSystemctl({ argv: recorder(`echo '${words}' >&2; exit 1`).argv, timeout })
    await expect(manager.start('a.service')).rejects.toMatchObject({
      code: 'ERR_ACTION_FAILED',
      message: 'systemctl start a.service: Job for a.service failed',
    })
    expect(await manager.isActive('a.service')).toBe(false)
  })

  it('is never given an option or a pattern for a unit', async () => {
    const { argv, calls } = recorder()
    const manager = createSystemctl({ argv, timeout })
    for (const unit of ['--force', '*.service', 'a b', ''])
      await expect(manager.stop(unit)).rejects.toMatchObject({ code: 'ERR_CONFIG_INVALID' })
    expect(calls()).toEqual([''])
  })
})

describe('without a service manager', () => {
  it('nothing is done, and that is said', async () => {
    const said: string[] = []
    const manager = createNoServiceManager((text) => said.push(text))
    await manager.restart('a.service', { onlyIfRunning: true })
    await manager.enable([])
    expect(said).toEqual(['not done, for lack of a service manager: restart a.service'])
    expect([manager.isPresent(), await manager.isActive('a.service')]).toEqual([false, false])
  })
})

describe('the notifier', () => {
  it('tells the socket of the service, for the main process', async () => {
    const { argv, calls } = recorder()
    const notifier = createNotifier('/run/n', { argv })
    await notifier.ready('serving\nMAINPID=1')
    await notifier.status('busy')
    await notifier.watchdog()
    await notifier.reloading()
    await notifier.stopping()
    const pid = `/run/n --pid=${process.pid}`
    const withoutTime = calls().map((call) => call.replace(/(MONOTONIC_USEC=)[1-9]\d+$/, '$1…'))
    expect(withoutTime).toEqual([
      `${pid} --ready --status=serving MAINPID=1`,
      `${pid} --status=busy`,
      `${pid} WATCHDOG=1`,
      `${pid} RELOADING=1 MONOTONIC_USEC=…`,
      `${pid} STOPPING=1`,
    ])
  })

  it('does nothing without a socket, and never fails', async () => {
    const { argv, calls } = recorder('exit 1')
    await createNotifier(undefined, { argv }).ready('serving')
    await createNotifier('', { argv }).ready('serving')
    expect(calls()).toEqual([''])
    await createNotifier('/run/n', { argv }).ready('serving')
    await createNotifier('/run/n', { argv: ['/no/such/program'] }).watchdog()
  })
})
