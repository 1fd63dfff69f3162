import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { generateSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest, parseCertificatePem } from '@easycerts/shared/x509'
import {
  type CaServerProcess,
  runCaServer,
  serveToItsEnd,
  startCaServer,
} from '../../support/ca-server-process.ts'
import { askCertificate, callAs, type Identity, joinNode } from '../../support/joiner.ts'
import { describeWith } from '../../support/needed-tool.ts'
import { until } from '../../support/until.ts'

let ca: CaServerProcess
let folder: string
beforeEach(async () => {
  ca = await startCaServer()
  folder = dirname(ca.directory)
})
afterEach(() => ca.dispose())

const database = (): string => join(ca.directory, 'easycerts.db')

/** An identity file and a backup that it opens. */
const backUp = async (): Promise<{ file: string; identity: string }> => {
  const identity = join(folder, 'backup-identity')
  const made = await runCaServer(['--output', 'json', 'backup', 'keygen', '--out', identity])
  const { recipient } = JSON.parse(made.stdout) as { recipient: string }
  const file = join(folder, 'ca.backup.age')
  const backup = await ca.ca(['backup', '--out', file, '--recipient', recipient])
  expect(backup.stderr).toBe('')
  return { file, identity }
}

interface Renewed {
  readonly identity: Identity
  readonly evidence: Record<string, unknown>
}

/** Both phases of a renewal, and what the node keeps of the log. */
const renew = async (current: Identity): Promise<Renewed> => {
  const key = await generateSigningKey('ecdsa-p256')
  const csr = buildCertificateRequest(key)
  const { body, code } = await callAs(ca, current, 'POST', '/v1/identity/renew', { csr })
  expect(code).toBeUndefined()
  const identity = { key, certificate: String(body['certificate']) }
  await expect(callAs(ca, identity, 'POST', '/v1/identity/confirm', {})).resolves.toMatchObject({
    status: 200,
  })
  const { entry, inclusion, head } = body['log'] as Record<string, unknown>
  return { identity, evidence: { entry, inclusion, head } }
}

const damages: [string, (path: string) => void][] = [
  [
    'with changed octets in the middle',
    (path) => {
      const octets = readFileSync(path)
      octets.fill(0x5a, 4096 * 3, 4096 * 4)
      writeFileSync(path, octets)
    },
  ],
  ['that was cut off', (path) => truncateSync(path, 4096 * 5 + 100)],
  [
    'without its head',
    (path) => {
      const octets = readFileSync(path)
      octets.fill(0, 0, 100)
      writeFileSync(path, octets)
    },
  ],
]

describe('a damaged database', () => {
  it.each(damages)('%s is refused at the start, and left as it is', async (_what, damage) => {
    await joinNode(ca, 'worker-1')
    await ca.stop()
    damage(database())
    const before = readFileSync(database())
    await expect(serveToItsEnd(ca.directory)).resolves.toMatchObject({
      exitCode: 74,
      code: 'ERR_STORE_CORRUPT',
    })
    expect(readFileSync(database()).equals(before)).toBe(true)
  })

  it('is recovered from: the backup restores it, and nodes that renewed since go on', async () => {
    const first = await joinNode(ca, 'worker-1')
    await joinNode(ca, 'worker-2')
    const { file, identity: identityFile } = await backUp()
    const { identity: renewed, evidence } = await renew(first)
    await ca.stop()
    damages[0]?.[1](database())
    await expect(serveToItsEnd(ca.directory)).resolves.toMatchObject({ code: 'ERR_STORE_CORRUPT' })

    renameSync(ca.directory, `${ca.directory}.damaged`)
    const restored = await ca.ca(['restore', file, '--identity', identityFile])
    expect(restored.stderr).toBe('')
    expect(JSON.parse(restored.stdout)).toMatchObject({ previous: { epoch: 1 } })
    await ca.start()
    const look = () => callAs(ca, renewed, 'GET', '/v1/node')
    await expect(look()).resolves.toMatchObject({ status: 401, code: 'ERR_IDENTITY_UNRECORDED' })
    await expect(callAs(ca, first, 'POST', '/v1/identity/adopt', evidence)).resolves.toMatchObject({
      status: 200,
    })
    await expect(look()).resolves.toMatchObject({ code: 'ERR_IDENTITY_UNRECORDED' })
    await expect(
      callAs(ca, renewed, 'POST', '/v1/identity/adopt', evidence),
    ).resolves.toMatchObject({ status: 200, body: { adopted: true, node: 'worker-1' } })
    await expect(look()).resolves.toMatchObject({ status: 200 })
    await expect(askCertificate(ca, renewed, 'kubelet-client')).resolves.toMatchObject({
      status: 200,
    })
    await expect(callAs(ca, first, 'GET', '/v1/node')).resolves.toMatchObject({
      code: 'ERR_IDENTITY_SUPERSEDED',
    })

    const status = JSON.parse((await ca.ca(['reconcile', 'status'])).stdout) as object
    expect(status).toMatchObject({
      state: 'open',
      adopted: [{ node: 'worker-1' }],
      unseen: ['worker-2'],
    })
    await expect(ca.ca(['reconcile', 'end'])).resolves.toMatchObject({ exitCode: 0 })
    await expect(ca.ca(['reconcile', 'end'])).resolves.toMatchObject({ code: 'ERR_USAGE' })
    const after = JSON.parse((await ca.ca(['reconcile', 'status'])).stdout) as object
    expect(after).toMatchObject({ state: 'ended' })
  })
})

describe('a database that another process holds', () => {
  it('refuses issuance for as long, and goes on afterwards', async () => {
    const node = await joinNode(ca, 'worker-1')
    const other = new Database(database())
    try {
      other.exec('BEGIN IMMEDIATE')
      await expect(askCertificate(ca, node, 'kubelet-client')).resolves.toMatchObject({
        status: 503,
        code: 'ERR_STORE_UNAVAILABLE',
      })
      other.exec('ROLLBACK')
    } finally {
      other.close()
    }
    await expect(askCertificate(ca, node, 'kubelet-client')).resolves.toMatchObject({
      status: 200,
    })
  })
})

describeWith('strace', 'a disk that fails under the database', () => {
  /** From now on every flush of the server fails. */
  const failFlushes = async (): Promise<() => Promise<void>> => {
    const report = join(folder, 'strace')
    const tracer = spawn(
      'strace',
      ['-f', '-p', String(ca.pid), '-o', report, '-e', 'trace=fsync,fdatasync'].concat(
        '-e',
        'inject=fsync,fdatasync:error=EIO',
      ),
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    // A tracer that outlives a failed test would hold its server for good.
    onTestFinished(() => void tracer.kill('SIGKILL'))
    let said = ''
    tracer.stderr.on('data', (text: Buffer) => (said += text.toString()))
    await until(() => said.includes('attached'))
    return async () => {
      const ended = tracer.exitCode === null ? once(tracer, 'exit') : undefined
      // Asked to detach it waits, now and then for ever, for threads that are about to end.
      tracer.kill('SIGKILL')
      await ended
    }
  }

  it('ends the server: nothing is called durable after a flush that failed', async () => {
    const node = await joinNode(ca, 'worker-1')
    const answered: string[] = []
    const key = await generateSigningKey('ecdsa-p256')
    const good = await askCertificate(ca, node, 'kubelet-client', key)
    answered.push(String(good.body['certificate']))
    const release = await failFlushes()
    const asked = Array.from({ length: 5 }, () => askCertificate(ca, node, 'kubelet-client', key))
    for (const result of await Promise.allSettled(asked)) {
      // The server may end before the last of them is answered.
      if (result.status === 'rejected') continue
      expect(result.value).toMatchObject({ status: 503 })
      expect(result.value.body).not.toHaveProperty('certificate')
    }
    await until(() => !existsSync(`/proc/${ca.pid}`) || isZombie(ca.pid))
    await release()
    expect((await ca.stop()).exitCode).toBe(74)

    await ca.start()
    const again = await askCertificate(ca, node, 'kubelet-client', key)
    expect(again.status).toBe(200)
    answered.push(String(again.body['certificate']))
    const records = new Database(database(), { readonly: true })
    for (const pem of answered) {
      const { serialNumber } = parseCertificatePem(pem.slice(0, pem.indexOf('-----END') + 30))
      const row = records
        .prepare('SELECT state FROM certificates WHERE serial_number = ?')
        .get(serialNumber)
      expect(row).toEqual({ state: 'issued' })
    }
    records.close()
  })
})

const isZombie = (pid: number): boolean => {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return true
  }
}
