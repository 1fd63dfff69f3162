import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NodeStack } from '@easycerts/units/stack'
import { until } from '../until.ts'
import type { LoneHost } from './lone-host.ts'
import { tellPodRanges } from './runtime-service.ts'

const OURS = /^\/etc\/(containerd|cni)\//

/** The containerd of this machine, which reads a stack's files where they belong. */
export interface Containerd {
  readonly log: () => string
  /** As the kubelet does once its node has ranges. */
  readonly tellPodRanges: (ranges: readonly string[]) => Promise<void>
  readonly stop: () => Promise<void>
}

export const writeForContainerd = (host: LoneHost, { files }: NodeStack): void => {
  for (const { path, content } of files.filter((file) => OURS.test(file.path)))
    host.write(path, content)
}

export const startContainerd = async (host: LoneHost): Promise<Containerd> => {
  // Sockets are met in both namespaces.
  const folder = mkdtempSync(join(tmpdir(), 'easycerts-containerd-'))
  const socket = join(folder, 'containerd.sock')
  const places = [
    '--root',
    '/run/containerd-root',
    '--state',
    '/run/containerd',
    '--address',
    socket,
  ]
  const child = spawn('nsenter', host.inside('containerd', ...places), {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let log = ''
  child.stderr.on('data', (octets: Buffer) => (log += octets.toString()))
  await until(() => {
    if (child.exitCode !== null) throw new Error(`containerd has ended: ${log}`)
    return log.includes('containerd successfully booted')
  })
  return {
    log: () => log,
    tellPodRanges: (ranges) => tellPodRanges(socket, ranges),
    stop: async () => {
      const ended = once(child, 'close')
      child.kill()
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
