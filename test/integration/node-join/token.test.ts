import { spawnSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { seconds } from '@easycerts/shared/time'
import { parseCertificatePem } from '@easycerts/shared/x509'
import { parseApiToken } from '@easycerts/shared/legacy-certmgr'
import { describe, expect, it, onTestFinished } from 'vitest'
import { runTokenJoin, type TokenChoices } from '../../../apps/node-join/src/token-join/index.ts'
import { proveToken } from '../../../apps/node-join/src/token-join/prove-token.ts'
import { findTokenPlace } from '../../../apps/node-join/src/token-join/token-place.ts'
import {
  AUTH_KEY,
  type CfsslCa,
  createEasyCertsCa,
  startCfssl,
} from '../../support/cfssl/start-cfssl.ts'
import { startDoorOf } from '../../support/cfssl/start-door-of.ts'
import {
  easyCertsNode,
  type EasyCertsNode,
  NODE_FILES,
  SECRETS,
  TOKEN_FILE,
} from '../../support/join/easycerts-node.ts'
import { freePort } from '../../support/free-port.ts'
import { describeWith } from '../../support/needed-tool.ts'
import { openssl } from '../../support/openssl.ts'
import { runNodeJoin } from '../../support/run-node-join.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { codeOfAsync } from '../../support/to-throw-code.ts'

const WRONG = 'f'.repeat(32)

const NO_CHOICE: TokenChoices = {
  ...{ caServer: undefined, caFile: undefined, caPin: undefined, certmgrConfig: undefined },
  ...{ onFirstUse: false, withStart: true },
}

const joinWith = async (
  { machine }: EasyCertsNode,
  token = AUTH_KEY,
  choices: Partial<TokenChoices> = {},
  doing: (what: string) => void = () => undefined,
) => {
  const said: string[] = []
  const teller = { say: (line: string) => said.push(line), doing }
  const report = await runTokenJoin(
    parseApiToken(token),
    machine,
    { ...NO_CHOICE, ...choices },
    teller,
  )
  return { report, said }
}

const startCa = async () => {
  const ca = createEasyCertsCa('kubernetes-cluster-ca')
  const { port, stop } = await startCfssl(ca, { isTls: true })
  return { ca, stop, url: `https://localhost:${port}` }
}

/** A node that knows the CA already, as a fresh one does not. */
const knowingNode = (url: string, ca: CfsslCa, units?: readonly string[]): EasyCertsNode => {
  const node = easyCertsNode(url, units)
  node.write(`${SECRETS}/ca.pem`, ca.certificate)
  return node
}

const tokenFile = ({ at, read }: EasyCertsNode) => ({
  text: read(TOKEN_FILE),
  mode: statSync(at(TOKEN_FILE)).mode & 0o7777,
  ofDirectory: readdirSync(at(SECRETS)).filter((name) => name.includes('apitoken')),
})

describeWith('cfssl', 'a token of easyCerts, given to node-join', () => {
  it('is proven to a ca-server that took the CA over, and gives every certificate', async () => {
    const ca = createEasyCertsCa('kubernetes-cluster-ca')
    const { port } = await startDoorOf(ca)
    const node = knowingNode(`https://localhost:${port}`, ca)
    const wrong = await codeOfAsync(joinWith(node, WRONG))
    expect([wrong, node.calls]).toEqual(['ERR_APITOKEN_REFUSED', []])
    const { report } = await joinWith(node)
    expect(report.certificates).toHaveLength(Object.keys(NODE_FILES).length)
    for (const { path } of report.certificates)
      expect(parseCertificatePem(node.read(path)).issuer).toEqual(
        parseCertificatePem(ca.certificate).subjectDer,
      )
  })

  it('is proven, written for root alone, and gives every certificate before it says so', async () => {
    const { ca, url } = await startCa()
    const node = knowingNode(url, ca)
    const { report, said } = await joinWith(node)
    expect(tokenFile(node)).toEqual({
      text: `${AUTH_KEY}\n`,
      mode: 0o600,
      ofDirectory: ['apitoken.secret'],
    })
    expect(said).toEqual([
      `${url} takes the token.`,
      'Restarting certmgr...',
      'Waiting for certs to appear...',
      'Restarting kubelet...',
      'Restarting kube-proxy...',
      'Restarting flannel...',
    ])
    expect(node.calls).toEqual(
      ['certmgr', 'kubelet', 'kube-proxy', 'flannel'].map((unit) => `restart ${unit}.service`),
    )
    expect(report.certificates.map(({ path }) => path).toSorted()).toEqual(
      Object.keys(NODE_FILES)
        .map((name) => `${SECRETS}/${name}.pem`)
        .toSorted(),
    )
    for (const { path } of report.certificates)
      expect(openssl(['verify', '-CAfile', node.at(`${SECRETS}/ca.pem`), node.at(path)])).toEqual(
        expect.objectContaining({ exitCode: 0 }),
      )
    const files = node.read(`${SECRETS}/kubelet.pem`)
    const again = await joinWith(node)
    expect(again.report.token.state).toBe('there')
    expect(node.read(`${SECRETS}/kubelet.pem`)).toBe(files)
  })

  it('is refused where it is wrong: nothing is written, nothing restarted, and old files do not pass', async () => {
    const { ca, url } = await startCa()
    const node = knowingNode(url, ca)
    await joinWith(node)
    node.calls.length = 0
    expect(await codeOfAsync(joinWith(node, WRONG))).toBe('ERR_APITOKEN_REFUSED')
    expect([tokenFile(node).text, node.calls]).toEqual([`${AUTH_KEY}\n`, []])
  })

  it('restarts only what the machine has', async () => {
    const { ca, url } = await startCa()
    const node = knowingNode(url, ca, ['certmgr', 'kube-proxy'])
    const { report } = await joinWith(node)
    expect(report.restarted).toEqual(['certmgr', 'kube-proxy'])
  })

  it.each([
    ['a certificate that is missing', ['kube-proxy-client.pem'], 'is not there yet'],
    ['a key of another one', ['kube-proxy-client-key.pem'], 'is not the key of'],
    [
      'a pair of another CA',
      ['kube-proxy-client.pem', 'kube-proxy-client-key.pem'],
      'is of another CA',
    ],
  ])('waits for %s, and is ended by its limit', async (_title, files, reason) => {
    const { ca, url } = await startCa()
    const node = knowingNode(url, ca, ['certmgr', 'kube-proxy'])
    await joinWith(node)
    node.calls.length = 0
    const { folder } = createEasyCertsCa('another')
    for (const file of files) {
      if (files.length === 1) rmSync(node.at(`${SECRETS}/${file}`))
      if (reason === 'is not there yet') continue
      const other = file.endsWith('-key.pem') ? 'tls-key.pem' : 'tls.pem'
      node.write(`${SECRETS}/${file}`, readFileSync(join(folder, other), 'utf8'))
    }
    node.onCertmgr = () => {
      setTimeout(() => node.end.abort(new Error('over')), seconds(0.2))
      return Promise.resolve()
    }
    const doings: string[] = []
    const joining = joinWith(node, AUTH_KEY, {}, (what) => doings.push(what))
    await expect(joining).rejects.toThrow()
    expect(doings.at(-1)).toContain(reason)
    expect(node.calls).toEqual(['restart certmgr.service'])
  })

  it('is for nobody whose CA is not known, and for the CA of a pin or a file', async () => {
    const { ca, url } = await startCa()
    const { pin } = parseCertificatePem(ca.certificate)
    expect(await codeOfAsync(joinWith(easyCertsNode(url)))).toBe('ERR_CA_UNPROVEN')
    const other = 'a'.repeat(64) as typeof pin
    for (const [choices, code] of [
      [{ caPin: other }, 'ERR_PIN_MISMATCH'],
      [{ caFile: join(createEasyCertsCa('other').folder, 'ca.pem') }, 'ERR_CHAIN_INVALID'],
    ] as const) {
      const node = easyCertsNode(url)
      expect(await codeOfAsync(joinWith(node, AUTH_KEY, choices))).toBe(code)
      expect([existsSync(node.at(SECRETS)), node.calls]).toEqual([false, []])
    }
    for (const choices of [
      { caPin: pin },
      { caFile: join(ca.folder, 'ca.pem') },
      { onFirstUse: true },
    ]) {
      const node = easyCertsNode(url, ['certmgr', 'flannel'])
      const { report } = await joinWith(node, AUTH_KEY, choices)
      expect(node.read(`${SECRETS}/ca.pem`)).toBe(ca.certificate)
      expect(report.warnings.some((text) => text.includes(`sha256:${pin}`))).toBe(
        choices.onFirstUse === true,
      )
    }
    const knowing = knowingNode(url, ca)
    expect(await codeOfAsync(joinWith(knowing, AUTH_KEY, { caPin: other }))).toBe(
      'ERR_PIN_MISMATCH',
    )
  })

  it('never takes the place of the CA’s own', async () => {
    const { ca, url } = await startCa()
    const linked = knowingNode(url, ca)
    linked.write('/var/lib/cfssl/apitoken.secret', `${AUTH_KEY}\n`, 0o400)
    symlinkSync('../../cfssl/apitoken.secret', linked.at(TOKEN_FILE))
    expect((await joinWith(linked)).report.token.state).toBe('there')
    expect(lstatSync(linked.at(TOKEN_FILE)).isSymbolicLink()).toBe(true)
    expect(await codeOfAsync(joinWith(linked, WRONG))).toBe('ERR_APITOKEN_OF_CA')
    const unlinked = knowingNode(url, ca)
    unlinked.write('/var/lib/cfssl/apitoken.secret', `${WRONG}\n`, 0o400)
    expect(await codeOfAsync(joinWith(unlinked))).toBe('ERR_APITOKEN_OF_CA')
    const running = knowingNode(url, ca)
    running.active.add('cfssl.service')
    running.write(TOKEN_FILE, WRONG, 0o600)
    expect(await codeOfAsync(joinWith(running))).toBe('ERR_APITOKEN_OF_CA')
    for (const node of [unlinked, running])
      expect([node.calls, existsSync(node.at(`${SECRETS}/kubelet.pem`))]).toEqual([[], false])
    expect(linked.read('/var/lib/cfssl/apitoken.secret')).toBe(`${AUTH_KEY}\n`)
  })

  it.each([
    ['without a newline', AUTH_KEY],
    ['with CRLF', `${AUTH_KEY}\r\n`],
    ['in capitals', `${AUTH_KEY.toUpperCase()}\n`],
  ])('is read %s, and written without a start into an image', async (_title, input) => {
    const { ca, url } = await startCa()
    const { root, read } = knowingNode(url, ca)
    const { exitCode, stderr, stdout } = await runNodeJoin(['--root', root], input, { uid: 0 })
    expect([exitCode, stdout]).toEqual([0, ''])
    expect(stderr).toContain('The token is in place')
    expect(read(TOKEN_FILE)).toBe(`${input.trim()}\n`)
  })
})

describe('a token that cannot be used', () => {
  it.each([
    ['is too short', 'abc\n', 'Token must be of length 32.'],
    ['is too long', `${AUTH_KEY}0\n`, 'Token must be of length 32.'],
    ['is not hexadecimal', `${'g'.repeat(32)}\n`, 'hexadecimal'],
  ])('ends with the exit code of the old script when it %s', async (_title, input, words) => {
    const { exitCode, stderr } = await runNodeJoin([], input, { uid: 0 })
    expect(exitCode).toBe(1)
    expect(stderr).toContain(words)
    expect(stderr).not.toContain(input.trim())
  })

  it('is told of under the old name, which takes no argument whatever', () => {
    const link = join(temporaryFolder(), 'nixos-kubernetes-node-join')
    symlinkSync(join(import.meta.dirname, '../../../apps/node-join/bin/node-join.js'), link)
    const run = (args: readonly string[], input: string) =>
      spawnSync(process.execPath, [link, ...args], { encoding: 'utf8', input })
    const usage = run(['--help'], '')
    expect([usage.status, usage.stdout]).toEqual([1, ''])
    expect(usage.stderr.split('\n').slice(0, 3)).toEqual([
      'Usage: nixos-kubernetes-node-join',
      '',
      'No args. Apitoken must be provided on stdin.',
    ])
    const short = run([], 'abc')
    expect([short.status, short.stdout]).toEqual([1, ''])
  })

  it('is only for root, and no option of it is for a ticket', async () => {
    const other = await runNodeJoin([], AUTH_KEY, { uid: 1000 })
    expect([other.exitCode, other.stderr.includes('Run as root please.')]).toEqual([1, true])
    const empty = await runNodeJoin([], '', { uid: 0, isOldName: true })
    expect([empty.exitCode, empty.stderr.includes('Token must be of length 32.')]).toEqual([
      1,
      true,
    ])
  })

  it('says who is away, and whose word it cannot take', async () => {
    const down = `https://localhost:${await freePort()}`
    const node = easyCertsNode(down)
    expect(await codeOfAsync(joinWith(node, AUTH_KEY, { onFirstUse: true }))).toBe(
      'ERR_CA_UNREACHABLE',
    )
    const silent = createServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      silent.close()
    })
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
    const place = findTokenPlace(undefined, url)
    const token = parseApiToken(AUTH_KEY)
    const { machine } = node
    const asked = { token, place, trust: { kind: 'plain' }, machine, callTimeout: seconds(0.2) }
    expect(await codeOfAsync(proveToken(asked as Parameters<typeof proveToken>[0]))).toBe(
      'ERR_CA_TIMEOUT',
    )
    mkdirSync(node.at('/empty'))
    expect(
      await codeOfAsync(joinWith({ ...node, machine: { ...machine, root: node.at('/empty') } })),
    ).toBe('ERR_CONFIG_INVALID')
  })
})
