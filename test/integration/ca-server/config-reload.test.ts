import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sha256Hex } from '@easycerts/shared/encoding'
import { days, hours } from '@easycerts/shared/time'
import { parseCertificatePem, parseCertificateRequest } from '@easycerts/shared/x509'
import { type CaServerProcess, startCaServer } from '../../support/ca-server-process.ts'
import { connectAs, type Identity, joinNode } from '../../support/joiner.ts'
import { newRequest } from '../../support/test-authority.ts'
import { until } from '../../support/until.ts'

const VPN = `profiles:
  - name: vpn
    usage: client
    commonName: 'vpn:{node.name}'
    roles: [worker]
    life: 1h
`

let server: CaServerProcess
let worker: Identity
let file: string
let original: string
beforeAll(async () => {
  server = await startCaServer()
  worker = await joinNode(server, 'worker-1')
  file = join(server.directory, 'ca-server.yaml')
  original = readFileSync(file, 'utf8')
})
afterAll(() => server.dispose())

const logOf = async (kind: string) => {
  const { body } = await server.operator('GET', `/v1/log?kind=${kind}&limit=50`)
  return body['entries'] as { actor: string; origin: unknown; body: Record<string, unknown> }[]
}

/** SIGHUP, and the wait for the entry of the log that says how it went. */
const hangUp = async (text: string, outcome: 'policy-reloaded' | 'policy-reload-refused') => {
  writeFileSync(file, text)
  const before = (await logOf(outcome)).length
  process.kill(server.pid, 'SIGHUP')
  await until(async () => (await logOf(outcome)).length > before)
  return (await logOf(outcome))[0]!
}

const withVpn = (): string => original.replace('certificates: 720h', 'certificates: 48h') + VPN
const sha256Of = (text: string): string => sha256Hex(Buffer.from(text))

describe('SIGHUP', () => {
  it('puts a good file in force without a restart or a dropped connection', async () => {
    const connection = await connectAs(server, worker)
    const ask = async () =>
      connection.send('POST', '/v1/certificates', { profile: 'vpn', csr: await newRequest() })
    expect(await ask()).toMatchObject({ status: 403, code: 'ERR_PROFILE_UNKNOWN' })

    const text = withVpn()
    const entry = await hangUp(text, 'policy-reloaded')
    expect(entry).toMatchObject({
      actor: 'SIGHUP',
      body: {
        before: sha256Of(original),
        sha256: sha256Of(text),
        changed: ['lifetimes.certificates', 'profiles.vpn'],
        needsRestart: [],
      },
    })

    const issued = await ask()
    expect(issued.status).toBe(200)
    const lifeOf = (certificate: unknown): number => {
      const { validity } = parseCertificatePem(String(certificate))
      return validity.notAfter.getTime() - validity.notBefore.getTime()
    }
    expect(Math.abs(lifeOf(issued.body['certificate']) - hours(1))).toBeLessThan(10 * 60_000)
    const other = await connection.send('POST', '/v1/certificates', {
      profile: 'kubelet-client',
      csr: await newRequest(),
    })
    expect(Math.abs(lifeOf(other.body['certificate']) - days(2))).toBeLessThan(10 * 60_000)
    expect(connection.socket.destroyed).toBe(false)
    connection.close()
  })

  it('keeps the old policy in force against a bad file, and names every fault', async () => {
    const before = await server.operator('GET', '/v1/configuration')
    const text = `${original}profiles:
  - { name: one, usage: client, commonName: 'system:admin', roles: [worker] }
  - { name: two, usage: server, commonName: two, roles: [worker] }
`
    const entry = await hangUp(text, 'policy-reload-refused')
    expect(entry.body).toMatchObject({
      sha256: sha256Of(text),
      kept: before.body['sha256'],
      faults: 2,
    })
    expect(entry.body['first']).toEqual([
      expect.stringMatching(
        /ca-server\.yaml:\d+:33: profiles\.0\.commonName: gives "system:admin"/,
      ),
      expect.stringMatching(/ca-server\.yaml:\d+:5: profiles\.1\.names: is empty/),
    ])
    expect(server.log()).toContain('the configuration is invalid: the old one stays in force')
    expect(await server.operator('GET', '/v1/configuration')).toEqual(before)
    const connection = await connectAs(server, worker)
    const asked = { profile: 'vpn', csr: await newRequest() }
    expect((await connection.send('POST', '/v1/certificates', asked)).status).toBe(200)
    connection.close()
  })

  it('takes the list of known bad keys again, and keeps the old one against a bad list', async () => {
    const list = join(server.directory, 'bad-keys')
    const [stolen, other] = [await newRequest(), await newRequest()]
    const pinOf = (csr: string) => parseCertificateRequest(csr).publicKey.pin
    const ask = async (csr: string) => {
      const connection = await connectAs(server, worker)
      const asked = { profile: 'kubelet-client', csr }
      const answer = await connection.send('POST', '/v1/certificates', asked)
      connection.close()
      return answer.code ?? answer.status
    }
    const text = `${withVpn()}keys:\n  knownBad: ${list}\n`
    writeFileSync(list, `${pinOf(stolen)} # worker-7\n`)
    const entry = await hangUp(text, 'policy-reloaded')
    expect(entry.body['changed']).toContain('keys.knownBad')
    expect(entry.body['knownBadKeys']).toBe(sha256Hex(readFileSync(list)))
    expect(await ask(stolen)).toBe('ERR_CSR_KEY_REJECTED')

    writeFileSync(list, `# fine\n${pinOf(other)}x\n`)
    const refused = await hangUp(text, 'policy-reload-refused')
    expect(refused.body['first']).toEqual([expect.stringMatching(/bad-keys:2: is no SHA-256/)])
    expect(await ask(stolen)).toBe('ERR_CSR_KEY_REJECTED')

    writeFileSync(list, `${pinOf(other)}\n`)
    expect((await hangUp(text, 'policy-reloaded')).body['changed']).toEqual(['keys.knownBad'])
    expect(await ask(other)).toBe('ERR_CSR_KEY_REJECTED')
    expect(await ask(stolen)).toBe(200)
    await hangUp(withVpn(), 'policy-reloaded')
    expect(await ask(other)).toBe(200)
  })

  it('survives a file that is gone', async () => {
    rmSync(file)
    const before = (await logOf('policy-reload-refused')).length
    process.kill(server.pid, 'SIGHUP')
    await until(async () => (await logOf('policy-reload-refused')).length > before)
    expect((await logOf('policy-reload-refused'))[0]?.body).toMatchObject({ sha256: null })
  })

  it('says what takes a restart, and takes over the rest', async () => {
    const text = original
      .replace(/joinPort: \d+/, 'joinPort: 1')
      .replace('name: demo', 'name: other')
    const entry = await hangUp(text, 'policy-reloaded')
    expect(entry.body['needsRestart']).toEqual(['cluster.name', 'listen.joinPort'])
    expect(entry.body['changed']).toEqual(['profiles.vpn', 'lifetimes.certificates'].sort())
    expect(server.log()).toContain('take effect at the next start only')
    // Told again, for it is still so.
    const again = await hangUp(text, 'policy-reloaded')
    expect(again.body).toMatchObject({
      changed: [],
      needsRestart: ['cluster.name', 'listen.joinPort'],
    })
  })
})

describe('the commands of the configuration', () => {
  it('reload the server, and say what is in force', async () => {
    writeFileSync(file, original + VPN)
    const { stdout, exitCode } = await server.ca(['config', 'reload'])
    expect({ exitCode, ...(JSON.parse(stdout) as object) }).toEqual({
      exitCode: 0,
      sha256: sha256Of(original + VPN),
      changed: ['profiles.vpn'],
      needsRestart: [],
    })
    const [entry] = await logOf('policy-reloaded')
    expect(entry?.actor).toMatch(/^operator /)
    expect(entry?.origin).toEqual({ via: 'operator-socket', address: null })
  })

  it('check a file against the running server, and change nothing', async () => {
    const other = join(server.directory, 'other.yaml')
    writeFileSync(other, original.replace('certificates: 720h', 'certificates: 24h') + VPN)
    const { stdout, exitCode } = await server.ca(['config', 'check', '--file', other])
    expect({ exitCode, ...(JSON.parse(stdout) as object) }).toMatchObject({
      exitCode: 0,
      valid: true,
      serverRuns: true,
      changes: [{ path: 'lifetimes.certificates', needsRestart: false }],
    })
    expect((await server.operator('GET', '/v1/configuration')).body['sha256']).toBe(
      sha256Of(original + VPN),
    )
  })

  it('name every fault, and exit with 78', async () => {
    const bad = join(server.directory, 'bad.yaml')
    writeFileSync(bad, `${original}colour: red\nprofileSets: [x]\n`)
    const { stdout, exitCode, code } = await server.ca(['config', 'check', '--file', bad])
    expect({ exitCode, code }).toEqual({ exitCode: 78, code: 'ERR_CONFIG_INVALID' })
    expect((JSON.parse(stdout) as { faults: string[] }).faults).toHaveLength(2)
    const list = join(server.directory, 'bad-list')
    writeFileSync(list, 'deadbeef\n')
    writeFileSync(bad, `${original}keys:\n  knownBad: ${list}\n`)
    const listed = await server.ca(['config', 'check', '--file', bad])
    expect(listed).toMatchObject({ exitCode: 78, code: 'ERR_CONFIG_INVALID' })
    expect(listed.stdout).toContain(`${list}:1: is no SHA-256`)
    const reload = await server.ca(['config', 'check', '--file', join(server.directory, 'none')])
    expect(reload.exitCode).not.toBe(0)
  })

  it('refuse to reload a bad file, and say why', async () => {
    writeFileSync(file, `${original}colour: red\n`)
    expect(await server.ca(['config', 'reload'])).toMatchObject({
      exitCode: 78,
      code: 'ERR_CONFIG_INVALID',
    })
    writeFileSync(file, original)
  })

  it('print the settings in force', async () => {
    const { stdout } = await server.ca(['config', 'print'])
    const printed = JSON.parse(stdout) as { profiles: { name: string }[]; profileSets: string[] }
    expect(printed.profileSets).toEqual(['kubernetes'])
    expect(printed.profiles.map(({ name }) => name)).toContain('kubelet-serving')
  })
})
